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
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * The right to write to an upload session, one holder at a time over all hosts: a file {@code claim-<n>} in the session's
 * directory, made exclusively, that names its holder and whose time is renewed while bytes arrive. A claim whose lease ran
 * out, or whose process is known to be gone, is superseded by the next number. Who made a claim looks again whether there is
 * another live one, and steps back if so: two may refuse each other, but never both go on.
 */
final class UploadClaim implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(60);

    private static final String PREFIX = "claim-";
    private static final int MAX_CLAIM = 256;
    private static final byte[] HOLDER = Holder.THIS.toString().getBytes(StandardCharsets.US_ASCII);

    private final Share share;
    private final Path session;
    private final Path file;
    private long renewedAt = System.nanoTime();

    private UploadClaim(Share share, Path session, Path file) {
        this.share = share;
        this.session = session;
        this.file = file;
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
            try {
                if (!connection.create(file, HOLDER)) {
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
            for (String dead : now) {
                if (!dead.equals(mine)) {
                    connection.discard(session.resolve(dead));
                }
            }
            return Optional.of(new UploadClaim(share, session, file));
        });
    }

    /**
     * Keeps the lease running; call it at least whenever bytes arrive.
     *
     * @throws RegistryException where the claim was lost, for the holder had been still for longer than the lease
     */
    void renew() {
        if (System.nanoTime() - renewedAt < LEASE.toNanos() / 4) {
            return;
        }
        share.run(connection -> {
            if (!isOurs(connection) || claims(connection.list(session)).size() != 1) {
                throw RegistryException.uploadBusy("the upload was taken over by another request");
            }
            connection.touch(file);
        });
        renewedAt = System.nanoTime();
    }

    /** Whether nobody has taken it over. */
    boolean isHeld() {
        return share.use(this::isOurs);
    }

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
                .filter(holder -> Arrays.equals(holder, HOLDER))
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
