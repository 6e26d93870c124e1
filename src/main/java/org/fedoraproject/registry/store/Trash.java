package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.fedoraproject.registry.nfs.FileDetails;
import org.fedoraproject.registry.nfs.NfsConnection;

/**
 * Where a collection moves files that nothing needs, for at least the grace time: beside the tree, by the same path.
 * Whoever misses a file moves it back.
 */
@Singleton
final class Trash {
    private final Layout layout;

    @Inject
    Trash(Storage storage) {
        this.layout = storage.layout();
    }

    /**
     * Moves a file of the tree back if it is in the trash; it is young then. Safe on any instance at any time.
     *
     * @return whether the tree may have it by now, so that it is worth another look
     */
    boolean rescue(NfsConnection connection, Path file) throws IOException {
        return connection.isDirectory(layout.trashed(file).getParent()) && rescueKnown(connection, file);
    }

    /**
     * The same without revalidation of the trash, so that a miss in the tree costs little. May miss what another host has
     * just put there; then the file counts as missing, which is right for a file that nobody was told of.
     */
    boolean rescueIfSeen(NfsConnection connection, Path file) throws IOException {
        return connection.seemsToExist(layout.trashed(file).getParent()) && rescueKnown(connection, file);
    }

    private boolean rescueKnown(NfsConnection connection, Path file) throws IOException {
        // a collection may also have put it back just now, after the caller has missed it
        return restore(connection, layout.trashed(file), file)
                || connection.details(file).isPresent();
    }

    /**
     * Touches a file in the trash, and then moves it back: so it is young when it has its place, and no other collection
     * takes it again. The move is one rename, because of two operations the second might meet what another collection has
     * put into the trash meanwhile. A file that has the place by now stays: a client has pushed it again.
     *
     * @return false if there is none
     */
    boolean restore(NfsConnection connection, Path trashed, Path file) throws IOException {
        if (!touch(connection, trashed)) {
            return false;
        }
        // the directory stays, because whoever has missed the file as well looks whether it is there
        return connection.details(file).isPresent() || connection.restore(trashed, file);
    }

    private static boolean touch(NfsConnection connection, Path trashed) throws IOException {
        try {
            return connection.renew(trashed);
        } catch (FileSystemException e) {
            return connection.details(trashed).isPresent(); // another user's file
        }
    }

    /**
     * Moves a file of the tree to the trash, and back if it was touched meanwhile.
     *
     * @param before what is not older than this stays
     * @return whether it is in the trash
     */
    boolean put(NfsConnection connection, Path file, Instant before) throws IOException {
        Path trashed = layout.trashed(file);
        if (!connection.shift(file, trashed)) {
            return false;
        }
        Optional<FileDetails> now = connection.details(trashed);
        if (now.isPresent() && !now.get().modified().toInstant().isBefore(before)) {
            restore(connection, trashed, file);
            return false;
        }
        return true;
    }

    /** Whether a file in the trash was neither touched nor put there since then. */
    static boolean isOlder(FileDetails trashed, Instant before) {
        return trashed.modified().toInstant().isBefore(before)
                && trashed.changed().toInstant().isBefore(before);
    }

    /**
     * Deletes a file in the trash, unless it was touched or put there since {@code before}; also the directory in the
     * tree that it came from, if that is empty.
     *
     * @return whether it was deleted
     */
    boolean purge(NfsConnection connection, Path trashed, Instant before) throws IOException {
        Optional<FileDetails> now = connection.details(trashed);
        if (now.isEmpty() || !isOlder(now.get(), before)) {
            return false;
        }
        if (!connection.discard(trashed)) {
            return false; // somebody has moved it back
        }
        connection.removeIfEmpty(trashed.getParent());
        connection.removeIfEmpty(layout.untrashed(trashed).getParent());
        return true;
    }

    /** Deletes a file in the trash, whatever its age, so that nobody moves it back. */
    boolean drop(NfsConnection connection, Path file) throws IOException {
        return connection.delete(layout.trashed(file));
    }
}
