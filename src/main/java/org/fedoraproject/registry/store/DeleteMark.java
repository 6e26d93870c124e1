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
 * Tells all hosts that a delete of a manifest is running: a file {@code delete-<uuid>} beside the manifest's link. It
 * names the process, which renews the file's time. A push lists such files after its last write and waits for the
 * delete to end. A mark with an expired lease, or of a process that is known to have ended, is ignored.
 */
public final class DeleteMark implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String PREFIX = "delete-";
    private static final int MAX_MARK = 256;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Storage storage;
    private final Path file;
    private long renewedAt = System.nanoTime();

    private DeleteMark(Storage storage, Path file) {
        this.storage = storage;
        this.file = file;
    }

    /** @param revision the directory of the manifest's link; created if missing */
    static DeleteMark make(Storage storage, Path revision) {
        Path file = revision.resolve(PREFIX + UUID.randomUUID());
        byte[] holder = ProcessIdentity.CURRENT.toString().getBytes(StandardCharsets.US_ASCII);
        storage.use(connection -> connection.createBelow(file, holder));
        return new DeleteMark(storage, file);
    }

    /**
     * Renews the lease; call it before each step that deletes something.
     *
     * @throws RegistryException {@code UNAVAILABLE} if the lease has expired, because pushes may no longer wait for
     *     this delete
     */
    public void renew() {
        if (System.nanoTime() - renewedAt < LEASE.toNanos() / 4) {
            return;
        }
        storage.run(connection -> {
            if (!isLive(connection, file)) {
                throw RegistryException.unavailable(RETRY, null);
            }
            connection.touch(file);
        });
        renewedAt = System.nanoTime();
    }

    /** Removes the mark, so that waiting pushes go on, and the directory if the delete has emptied it. */
    @Override
    public void close() {
        storage.run(connection -> {
            connection.discard(file);
            connection.removeIfEmpty(file.getParent());
        });
    }

    /** Whether any file beside a manifest's link says that a delete is running. */
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
                && !ProcessIdentity.isGone(new String(holder.get(), StandardCharsets.US_ASCII))
                && Renewed.isWithin(renewed.get(), LEASE, connection.now());
    }
}
