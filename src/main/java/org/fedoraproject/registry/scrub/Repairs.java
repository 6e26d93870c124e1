package org.fedoraproject.registry.scrub;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.BlobRepair;
import org.fedoraproject.registry.store.NoCopyException;

/** What one scrub takes from another registry or tree. For one thread. */
final class Repairs implements AutoCloseable {
    /** If the source fails so often, it does for all. */
    private static final int MAX_FAILURES_IN_A_ROW = 5;

    private final RepairSource source;
    private final BlobRepair blobs;
    private final long maxSize;
    private int failuresInARow;

    Repairs(RepairSource source, BlobRepair blobs, long maxSize) {
        this.source = source;
        this.blobs = blobs;
        this.maxSize = maxSize;
    }

    /**
     * Takes a blob from the source, and stores it if it has the right bytes.
     *
     * @param goOn called with the number of bytes that came, and at least once a second; false ends the wait
     * @param report called with what happened, for people
     * @return whether it was repaired
     * @throws RepositoryScrub.StoppedException if {@code goOn} has ended it
     * @throws RegistryException of the storage
     */
    boolean repair(LostBlob lost, IntPredicate goOn, Consumer<String> report) {
        if (failuresInARow >= MAX_FAILURES_IN_A_ROW) {
            return false;
        }
        String what = (lost.manifest() ? "manifest " : "blob ") + lost.stored() + " of " + lost.repository();
        try (Source opened = new Source(source.open(lost, () -> goOn.test(0)))) {
            boolean there = opened.bytes().isPresent();
            if (there && !blobs.store(lost.stored(), opened.bytes().get(), limit(lost), goOn)) {
                throw new RepositoryScrub.StoppedException();
            }
            failuresInARow = 0;
            report.accept(what + (there ? ": repaired from " : ": not repaired, for it is not in ") + source);
            return there;
        } catch (IOException e) {
            failuresInARow = e instanceof NoCopyException ? 0 : failuresInARow + 1;
            report.accept(what + ": not repaired from " + source + ": " + e.getMessage());
            if (failuresInARow >= MAX_FAILURES_IN_A_ROW) {
                report.accept(
                        "nothing more is repaired, for " + source + " failed " + failuresInARow + " times in a row");
            }
            return false;
        }
    }

    private record Source(Optional<InputStream> bytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (bytes.isPresent()) {
                bytes.get().close();
            }
        }
    }

    private long limit(LostBlob lost) {
        return lost.manifest() ? Math.min(maxSize, Manifest.MAX_SIZE) : maxSize;
    }

    @Override
    public void close() {
        source.close();
    }
}
