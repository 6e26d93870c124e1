package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.FileDetails;
import org.fedoraproject.registry.nfs.NfsConnection;

/** A file on the share that says which instance does something that one does at a time. */
public final class ShareClaim {
    /** An instance that has not renewed its claim for this long is taken for dead. */
    public static final Duration EXPIRY = Duration.ofSeconds(60);

    private static final int MAX_HOLDER = 256;

    private final Storage storage;
    private final Path file;
    private final byte[] holder =
            (ProcessIdentity.CURRENT + " " + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);

    ShareClaim(Storage storage, Path file) {
        this.storage = storage;
        this.file = file;
    }

    /** Takes it, unless somebody alive has it, this instance included. Two may succeed if one stalls. */
    public boolean take() {
        return storage.use(connection -> {
            connection.makeDirectories(file.getParent());
            if (create(connection)) {
                return true;
            }
            Optional<FileDetails> found = connection.details(file);
            if (found.isPresent() && isLive(connection, found.get())) {
                return false;
            }
            if (found.isPresent() && !connection.deleteExactly(file, found.get())) {
                return false; // another instance was faster
            }
            return create(connection);
        });
    }

    /** A full share may take the name and not the content, which would look like another instance's claim. */
    private boolean create(NfsConnection connection) throws IOException {
        try {
            return connection.create(file, holder);
        } catch (IOException e) {
            if (connection.size(file).filter(size -> size < holder.length).isPresent()) {
                connection.discard(file);
            }
            throw e;
        }
    }

    /** Returns false if another instance has taken it over. */
    public boolean renew() {
        return storage.use(connection -> isOurs(connection) && connection.renew(file));
    }

    /** Whether an instance has it that is alive, as far as this one can know. */
    public boolean isHeld() {
        return storage.use(connection -> {
            Optional<FileDetails> found = connection.details(file);
            return found.isPresent() && isLive(connection, found.get());
        });
    }

    public void release() {
        storage.run(connection -> {
            if (isOurs(connection)) {
                connection.discard(file);
            }
        });
    }

    private boolean isLive(NfsConnection connection, FileDetails found) throws IOException {
        Optional<byte[]> other = connection.read(file, MAX_HOLDER);
        return other.isPresent()
                && Renewed.isWithin(found.modified(), EXPIRY, connection.now())
                && !ProcessIdentity.isGone(new String(other.get(), StandardCharsets.US_ASCII));
    }

    private boolean isOurs(NfsConnection connection) throws IOException {
        return connection
                .read(file, MAX_HOLDER)
                .filter(found -> Arrays.equals(found, holder))
                .isPresent();
    }
}
