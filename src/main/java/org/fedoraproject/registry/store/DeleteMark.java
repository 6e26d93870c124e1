package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Tells all hosts that a delete of a manifest is under way: a file {@code delete-<uuid>} beside the manifest's link, which names
 * its holder and whose time the holder renews. A push looks for such files after its last write, and waits for the delete to
 * end. A mark whose lease ran out, or whose process is known to be gone, holds up nobody.
 */
public final class DeleteMark implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String PREFIX = "delete-";
    private static final int MAX_MARK = 256;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Share share;
    private final Path file;
    private long renewedAt = System.nanoTime();

    private DeleteMark(Share share, Path file) {
        this.share = share;
        this.file = file;
    }

    /** @param revision the directory of the manifest's link; made where it is missing */
    static DeleteMark make(Share share, Path revision) {
        Path file = revision.resolve(PREFIX + UUID.randomUUID());
        byte[] holder = Holder.THIS.toString().getBytes(StandardCharsets.US_ASCII);
        share.run(connection -> {
            connection.makeDirectories(revision);
            connection.create(file, holder);
        });
        return new DeleteMark(share, file);
    }

    /**
     * Keeps the lease running; call it before each step that takes something away.
     *
     * @throws RegistryException {@code UNAVAILABLE} where the lease ran out, so that a push may not wait for this delete any more
     */
    public void renew() {
        if (System.nanoTime() - renewedAt < LEASE.toNanos() / 4) {
            return;
        }
        share.run(connection -> {
            if (!isLive(connection, file)) {
                throw RegistryException.unavailable(RETRY, null);
            }
            connection.touch(file);
        });
        renewedAt = System.nanoTime();
    }

    /** Ends the delete for those that wait for it. */
    @Override
    public void close() {
        share.run(connection -> connection.discard(file));
    }

    /** Whether any of the files beside a manifest's link says that a delete is under way. */
    static boolean anyLive(NfsConnection connection, Path revision, List<String> names) throws IOException {
        for (String name : names) {
            if (name.startsWith(PREFIX)) {
                if (isLive(connection, revision.resolve(name))) {
                    return true;
                }
                connection.discard(revision.resolve(name));
            }
        }
        return false;
    }

    private static boolean isLive(NfsConnection connection, Path mark) throws IOException {
        Optional<byte[]> holder = connection.read(mark, MAX_MARK);
        Optional<FileTime> renewed = connection.lastModified(mark);
        return holder.isPresent()
                && renewed.isPresent()
                && !Holder.isGone(new String(holder.get(), StandardCharsets.US_ASCII))
                && !renewed.get().toInstant().plus(LEASE).isBefore(connection.now());
    }
}
