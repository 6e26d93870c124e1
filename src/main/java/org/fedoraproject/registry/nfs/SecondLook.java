package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Believes that a name is missing, or its handle stale, only after it was looked for again with fresh eyes: an NFS client
 * remembers for up to a minute that a name was missing, and asks the server anew once the directory above was opened.
 */
final class SecondLook {
    private SecondLook() {}

    interface Attempt<T> {
        T run() throws IOException;
    }

    /** Runs the attempt, and once more where the name seemed missing; empty where it is missing then too. */
    static <T> Optional<T> found(Path path, Attempt<T> attempt) throws IOException {
        try {
            return Optional.of(attempt.run());
        } catch (IOException e) {
            if (!isAbsence(e)) {
                throw e;
            }
        }
        if (!revalidate(path.getParent())) {
            return Optional.empty();
        }
        try {
            return Optional.of(attempt.run());
        } catch (IOException e) {
            if (!isAbsence(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /**
     * A file where a directory should be is absence too, and the reverse: {@code ENOTDIR} and {@code EISDIR}, of which Java
     * tells only the words.
     */
    private static boolean isAbsence(IOException e) {
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return true;
        }
        String message = e.getMessage();
        return message != null
                && (message.endsWith("Stale file handle")
                        || message.endsWith("Not a directory")
                        || message.endsWith("Is a directory"));
    }

    /**
     * Opens the nearest directory above that can be opened, then each below it, so that the client asks the server for each
     * name anew.
     *
     * @return whether the directory itself is there
     */
    private static boolean revalidate(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path at = directory;
        while (at != null && !opens(at)) {
            missing.push(at);
            at = at.getParent();
        }
        while (!missing.isEmpty()) {
            if (!opens(missing.pop())) {
                return false;
            }
        }
        return true;
    }

    private static boolean opens(Path directory) throws IOException {
        try {
            open(directory);
            return true;
        } catch (IOException e) {
            if (isAbsence(e)) {
                return false;
            }
            throw e;
        }
    }

    /** For its effect on the client: at an open it asks the server for the directory as it is. */
    static void open(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {}
    }
}
