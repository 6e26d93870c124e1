package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * The exclusive right to write to an upload session, among all hosts: a file {@code claim-<n>} in the session's
 * directory, created exclusively. It names the holder, which renews the file's time while bytes arrive. A lease expires
 * if no byte has arrived for {@link #DURATION}, or if its process is known to have ended; the next number then
 * supersedes it. After creating its file, a new holder checks for another live lease and gives up if there is one: two
 * requests may both give up, but never both go on.
 *
 * <p>A superseded holder may not know of it yet and may still have the session's file open. So the new holder works on
 * a copy of that file, see {@link #isTakenOver}.
 */
final class UploadLease implements AutoCloseable {
    /**
     * A client that lost its connection need wait no longer than this to go on. A client that stalls for longer loses
     * nothing as long as no other request writes to the upload.
     */
    static final Duration DURATION = Duration.ofSeconds(5);

    private static final String PREFIX = "claim-";
    private static final int MAX_SIZE = 256;

    private final Storage storage;
    private final Path session;
    private final Path file;
    private final byte[] holder;
    private final boolean takenOver;
    private long renewedAt = System.nanoTime();

    private UploadLease(Storage storage, Path session, Path file, byte[] holder, boolean takenOver) {
        this.storage = storage;
        this.session = session;
        this.file = file;
        this.holder = holder;
        this.takenOver = takenOver;
    }

    /** Acquires the lease; empty if another request holds it, or the session is gone. */
    static Optional<UploadLease> acquire(Storage storage, Path session) {
        return storage.use(connection -> {
            Optional<List<String>> names = connection.list(session);
            List<String> before = leases(names);
            if (names.isEmpty() || anyLive(connection, session, before, "")) {
                return Optional.empty();
            }
            String mine = PREFIX
                    + (before.stream().mapToLong(UploadLease::number).max().orElse(0) + 1);
            Path file = session.resolve(mine);
            byte[] holder = (ProcessIdentity.CURRENT + " " + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
            try {
                if (!connection.create(file, holder)) {
                    return Optional.empty();
                }
            } catch (NoSuchFileException e) { // another request has just ended the session
                return Optional.empty();
            }
            List<String> now = leases(connection.list(session));
            if (anyLive(connection, session, now, mine)) {
                connection.discard(file);
                return Optional.empty();
            }
            boolean takenOver = false;
            for (String dead : now) {
                if (!dead.equals(mine)) {
                    takenOver |= mayStillWrite(connection, session.resolve(dead));
                    connection.discard(session.resolve(dead));
                }
            }
            return Optional.of(new UploadLease(storage, session, file, holder, takenOver));
        });
    }

    /** Whether the previous holder may still write to the file that it has open, so that this one needs a copy. */
    boolean isTakenOver() {
        return takenOver;
    }

    /**
     * Renews the lease; call it whenever bytes arrive.
     *
     * @throws RegistryException if the lease was lost because the holder was idle for too long
     */
    void renew() {
        if (System.nanoTime() - renewedAt < DURATION.toNanos() / 4) {
            return;
        }
        storage.run(connection -> {
            requireAlone(connection);
            connection.touch(file);
            requireAlone(connection); // it may have been superseded just before the renewal
        });
        renewedAt = System.nanoTime();
    }

    private void requireAlone(NfsConnection connection) throws IOException {
        if (!isOurs(connection) || leases(connection.list(session)).size() != 1) {
            throw RegistryException.uploadBusy("the upload was taken over by another request");
        }
    }

    /** Whether no other request has taken it over. */
    boolean isHeld() {
        return storage.use(this::isOurs);
    }

    /** Releases the lease; does nothing if it was taken over. */
    @Override
    public void close() {
        storage.run(connection -> {
            if (isOurs(connection)) {
                connection.discard(file);
            }
        });
    }

    /** Returns false after a take-over; its number may be another lease's by then. */
    private boolean isOurs(NfsConnection connection) throws IOException {
        return connection
                .read(file, MAX_SIZE)
                .filter(found -> Arrays.equals(found, holder))
                .isPresent();
    }

    private static List<String> leases(Optional<List<String>> names) {
        return names.orElse(List.of()).stream()
                .filter(name -> name.startsWith(PREFIX))
                .toList();
    }

    private static boolean anyLive(NfsConnection connection, Path session, List<String> leases, String except)
            throws IOException {
        for (String lease : leases) {
            if (!lease.equals(except) && isLive(connection, session.resolve(lease))) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayStillWrite(NfsConnection connection, Path lease) throws IOException {
        return connection
                .read(lease, MAX_SIZE)
                .filter(found -> !ProcessIdentity.isGone(new String(found, StandardCharsets.US_ASCII)))
                .isPresent();
    }

    private static boolean isLive(NfsConnection connection, Path lease) throws IOException {
        Optional<byte[]> holder = connection.read(lease, MAX_SIZE);
        Optional<FileTime> renewed = connection.lastModified(lease);
        if (holder.isEmpty() || renewed.isEmpty()) {
            return false;
        }
        return Renewed.isWithin(renewed.get(), DURATION, connection.now())
                && !ProcessIdentity.isGone(new String(holder.get(), StandardCharsets.US_ASCII));
    }

    private static long number(String lease) {
        try {
            return Long.parseLong(lease, PREFIX.length(), lease.length(), 10);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
