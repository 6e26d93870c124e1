package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.fedoraproject.registry.nfs.FileDetails;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.jboss.logging.Logger;

/** Where blobs are moved whose bytes do not have their digest. They are unknown there, until they are pushed again. */
@Singleton
final class Quarantine {
    private static final Logger LOG = Logger.getLogger(Quarantine.class);

    /** How often a file may be touched or replaced while it is read. */
    private static final int ATTEMPTS = 3;

    private final Storage storage;
    private final Layout layout;

    @Inject
    Quarantine(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
    }

    /**
     * Reads a blob, and moves it away if its bytes are wrong. What a push puts in its place meanwhile is not moved.
     *
     * @param goOn called with the number of bytes after each part; false ends the reading, and nothing is moved
     * @return whether it was moved
     */
    boolean take(Digest digest, IntPredicate goOn) {
        return take(digest, layout.blob(digest), goOn);
    }

    /** The same for one at another place, such as the trash. */
    boolean take(Digest digest, Path blob, IntPredicate goOn) {
        Path kept = layout.quarantine(digest);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<FileDetails> before = storage.use(connection -> connection.details(blob));
            Optional<FileDigest> found = FileDigest.compute(storage, blob, digest.algorithm(), goOn);
            if (before.isEmpty() || found.isEmpty() || found.get().digest().equals(digest)) {
                return false;
            }
            // if it is the same file before and after, it is the one that was read
            if (storage.use(connection -> connection.moveExactly(blob, kept, before.get()))) {
                LOG.errorf("The content of blob %s does not match its digest; moved it to %s", digest, kept);
                return true;
            }
        }
        return false;
    }

    /**
     * Puts a blob back whose bytes are right, if the tree has none: a push replaced the blob just when it was moved, and
     * the server was killed just then.
     *
     * @param goOn as for {@link #take}
     * @return whether it was put back
     */
    boolean heal(Digest digest, IntPredicate goOn) {
        Path blob = layout.blob(digest);
        Path kept = layout.quarantine(digest);
        boolean mayHeal = storage.use(connection ->
                connection.details(kept).isPresent() && connection.details(blob).isEmpty());
        boolean heals = mayHeal
                && FileDigest.compute(storage, kept, digest.algorithm(), goOn)
                        .filter(found -> found.digest().equals(digest))
                        .isPresent()
                && storage.use(connection -> connection.renew(kept) && connection.moveOnce(kept, blob));
        if (heals) {
            LOG.warnf("Blob %s was in quarantine though its content matches its digest; moved it back", digest);
        }
        return heals;
    }

    /** What is in quarantine. */
    List<Digest> digests() {
        return storage.use(connection -> connection.list(layout.quarantine())).orElse(List.of()).stream()
                .flatMap(name -> digest(name).stream())
                .toList();
    }

    private static Optional<Digest> digest(String name) {
        try {
            return Optional.of(Digest.parse(name.replaceFirst("-", ":")));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
