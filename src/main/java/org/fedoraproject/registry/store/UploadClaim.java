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
 * The right to write to an upload session, one holder at a time over all hosts: a file {@code claim-<n>} in the session's
 * directory, made exclusively, that names its holder and whose time is renewed while bytes arrive. A claim to which no byte came
 * for the time of the lease, or whose process is known to be gone, is superseded by the next number. Who made a claim looks
 * again whether there is another live one, and steps back if so: two may refuse each other, but never both go on.
 *
 * <p>A holder that was superseded may not know of it yet, and still have the session's file open. So whoever supersedes a claim
 * works on a copy of that file, see {@link #isTakenOver}.
 */
final class UploadClaim implements AutoCloseable {
    /**
     * A client whose connection was lost without a word need not wait longer to go on; one that stalls for longer loses nothing
     * as long as nobody else writes to the upload.
     */
    static final Duration LEASE = Duration.ofSeconds(5);

    private static final String PREFIX = "claim-";
    private static final int MAX_CLAIM = 256;

    private final Share share;
    private final Path session;
    private final Path file;
    private final byte[] holder;
    private final boolean takenOver;
    private long renewedAt = System.nanoTime();

    private UploadClaim(Share share, Path session, Path file, byte[] holder, boolean takenOver) {
        this.share = share;
        this.session = session;
        this.file = file;
        this.holder = holder;
        this.takenOver = takenOver;
    }

    /** Takes the claim; empty where another holds it, or the session is gone. */
    static Optional<UploadClaim> take(Share share, Path session) {
        return share.use(connection -> {
            Optional<List<String>> names = connection.list(session);
            List<String> before = claims(names);
            if (names.isEmpty() || anyLive(connection, session, before, "")) {
                return Optional.empty();
            }
            String mine = PREFIX
                    + (before.stream().mapToLong(UploadClaim::number).max().orElse(0) + 1);
            Path file = session.resolve(mine);
            byte[] holder = (Holder.THIS + " " + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
            try {
                if (!connection.create(file, holder)) {
                    return Optional.empty();
                }
            } catch (NoSuchFileException e) { // another request has just ended the session
                return Optional.empty();
            }
            List<String> now = claims(connection.list(session));
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
            return Optional.of(new UploadClaim(share, session, file, holder, takenOver));
        });
    }

    /** Whether the holder before may still write to the file that it has opened, so that it must be given up to it. */
    boolean isTakenOver() {
        return takenOver;
    }

    /**
     * Keeps the lease running; call it whenever bytes arrive.
     *
     * @throws RegistryException where the claim was lost, for the holder had been still for longer than the lease
     */
    void renew() {
        if (System.nanoTime() - renewedAt < LEASE.toNanos() / 4) {
            return;
        }
        share.run(connection -> {
            requireAlone(connection);
            connection.touch(file);
            requireAlone(connection); // it may have been superseded just before it was renewed
        });
        renewedAt = System.nanoTime();
    }

    private void requireAlone(NfsConnection connection) throws IOException {
        if (!isOurs(connection) || claims(connection.list(session)).size() != 1) {
            throw RegistryException.uploadBusy("the upload was taken over by another request");
        }
    }

    /** Whether nobody has taken it over. */
    boolean isHeld() {
        return share.use(this::isOurs);
    }

    /** Leaves the session to the next one; not where it was taken over. */
    @Override
    public void close() {
        share.run(connection -> {
            if (isOurs(connection)) {
                connection.discard(file);
            }
        });
    }

    /** False once it was taken over; its number may be another's by then. */
    private boolean isOurs(NfsConnection connection) throws IOException {
        return connection
                .read(file, MAX_CLAIM)
                .filter(found -> Arrays.equals(found, holder))
                .isPresent();
    }

    private static List<String> claims(Optional<List<String>> names) {
        return names.orElse(List.of()).stream()
                .filter(name -> name.startsWith(PREFIX))
                .toList();
    }

    private static boolean anyLive(NfsConnection connection, Path session, List<String> claims, String except)
            throws IOException {
        for (String claim : claims) {
            if (!claim.equals(except) && isLive(connection, session.resolve(claim))) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayStillWrite(NfsConnection connection, Path claim) throws IOException {
        return connection
                .read(claim, MAX_CLAIM)
                .filter(found -> !Holder.isGone(new String(found, StandardCharsets.US_ASCII)))
                .isPresent();
    }

    private static boolean isLive(NfsConnection connection, Path claim) throws IOException {
        Optional<byte[]> holder = connection.read(claim, MAX_CLAIM);
        Optional<FileTime> renewed = connection.lastModified(claim);
        if (holder.isEmpty() || renewed.isEmpty()) {
            return false;
        }
        boolean expired = renewed.get().toInstant().plus(LEASE).isBefore(connection.now());
        return !expired && !Holder.isGone(new String(holder.get(), StandardCharsets.US_ASCII));
    }

    private static long number(String claim) {
        try {
            return Long.parseLong(claim, PREFIX.length(), claim.length(), 10);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
