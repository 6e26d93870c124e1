package org.fedoraproject.registry.nfs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Reports a name as missing, or its handle as stale, only after it was looked up again past the NFS client's cache: the
 * client remembers for up to a minute that a name was missing, and asks the server again once the directory above was
 * opened. With NFSv3 this may not suffice, see {@link Nfs3Revalidation}.
 *
 * @param client the kind of mount of the tree
 */
record Revalidation(Client client) {
    private static final String STALE = "Stale file handle";

    /** The kind of mount, as the kernel names it; each caches in its own way. */
    enum Client {
        NFS3,
        NFS4,
        LOCAL;

        /** @param type of the file system, as {@link java.nio.file.FileStore#type} returns it */
        static Client of(String type) {
            return switch (type) {
                case "nfs" -> NFS3;
                case "nfs4" -> NFS4;
                default -> LOCAL;
            };
        }
    }

    interface Attempt<T> {
        T run() throws IOException;
    }

    /** A name below a file, which fails with {@code ENOTDIR} on every Linux. */
    private static final Path IN_A_FILE = Path.of("/proc/self/status/name");

    /**
     * Checks that the operating system's messages are recognised; faults are told apart by them, because Java has no
     * error numbers. Provokes one fault.
     *
     * @throws IOException if the message is in another language
     */
    static void requireKnownMessages() throws IOException {
        requireKnownMessages(() -> FileChannel.open(IN_A_FILE, READ));
    }

    static void requireKnownMessages(Attempt<?> failing) throws IOException {
        try {
            failing.run();
        } catch (NoSuchFileException e) {
            // no /proc: not a supported system
        } catch (IOException e) {
            if (!isAbsence(e)) {
                throw new IOException(
                        "the operating system's messages are in another language (\"" + e.getMessage()
                                + "\"), so that a full or stale share would not be recognised: start the server with"
                                + " LC_ALL=C.UTF-8 and without LANGUAGE",
                        e);
            }
        }
    }

    /**
     * Opens the file that has the name now. For reading, it must be a regular file: a symbolic link may lead out of the
     * tree, and a pipe would block the thread that opens it.
     *
     * <p>An NFSv4.1 client opens the file that it knows by its handle, and for a while the server still knows one that
     * another host has deleted or replaced. So the inode number is compared before and after the open: a deleted file
     * has no link left; for a replaced one, the open has made the client look up the name again. Both answers come from
     * the client's cache, so this costs no further operation.
     *
     * @throws NoSuchFileException if the name does not exist, or is to be read and is not a regular file
     * @throws FileSystemException as for a stale handle, if it is another file by now, or none
     */
    FileChannel openCurrent(Path file, OpenOption... options) throws IOException {
        return openCurrent(file, stat(file, Arrays.asList(options).contains(WRITE)), options);
    }

    /** Opens a file, and returns the size and time that it seemed to have before, which may be out of date. */
    OpenedFile openDated(Path file, OpenOption... options) throws IOException {
        NameState before = stat(file, Arrays.asList(options).contains(WRITE));
        return new OpenedFile(openCurrent(file, before, options), before.size(), before.modified());
    }

    /** An open file, and the size and time that it seemed to have; both 0 on some mounts if it is open for writing. */
    record OpenedFile(FileChannel channel, long size, FileTime modified) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** What a name was before it was opened. */
    private record NameState(long size, FileTime modified, Object number) {}

    private NameState stat(Path file, boolean writes) throws IOException {
        if (client == Client.NFS4) {
            Map<String, Object> seen =
                    Files.readAttributes(file, "unix:ino,isRegularFile,size,lastModifiedTime", NOFOLLOW_LINKS);
            requireRegular(file, writes || seen.get("isRegularFile").equals(true));
            return new NameState((Long) seen.get("size"), (FileTime) seen.get("lastModifiedTime"), seen.get("ino"));
        }
        if (writes) {
            return new NameState(0, FileTime.fromMillis(0), null);
        }
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        requireRegular(file, seen.isRegularFile());
        return new NameState(seen.size(), seen.lastModifiedTime(), null);
    }

    private FileChannel openCurrent(Path file, NameState before, OpenOption... options) throws IOException {
        FileChannel channel = FileChannel.open(file, options);
        if (client != Client.NFS4) {
            return channel;
        }
        try {
            Map<String, Object> after = Files.readAttributes(file, "unix:ino,nlink");
            if (!after.get("ino").equals(before.number()) || after.get("nlink").equals(0)) {
                throw new FileSystemException(file.toString(), null, STALE);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void requireRegular(Path file, boolean regular) throws NoSuchFileException {
        if (!regular) {
            throw new NoSuchFileException(file.toString(), null, "no regular file");
        }
    }

    /**
     * Runs the attempt, and runs it again after revalidation if the name seemed missing. Empty if it is missing then
     * too.
     *
     * @throws IOException also if a handle is stale even after revalidation: then the state is unknown, for example if
     *     the export was recreated below the mount
     */
    <T> Optional<T> find(Path path, Attempt<T> attempt) throws IOException {
        Optional<T> seen = tryOnce(attempt);
        return seen.isEmpty() && revalidate(path.getParent()) ? findBelow(path, attempt) : seen;
    }

    /** Runs the attempt once; empty if the name seems missing. */
    static <T> Optional<T> tryOnce(Attempt<T> attempt) throws IOException {
        try {
            return Optional.of(attempt.run());
        } catch (IOException e) {
            if (!isAbsence(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The same for a name in a directory that was opened just now. */
    private <T> Optional<T> findBelow(Path path, Attempt<T> attempt) throws IOException {
        Optional<T> found = tryAgain(attempt);
        return found.isEmpty() && client == Client.NFS3 && Nfs3Revalidation.exists(path) ? tryAgain(attempt) : found;
    }

    private static <T> Optional<T> tryAgain(Attempt<T> attempt) throws IOException {
        try {
            return Optional.of(attempt.run());
        } catch (IOException e) {
            if (!isAbsence(e) || isStale(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /**
     * Whether the error says that a name, or a directory above it, was removed: this host may know the directory only by a
     * handle, which is stale then.
     */
    static boolean isGone(IOException e) {
        return e instanceof NoSuchFileException || isStale(e);
    }

    private static boolean isStale(IOException e) {
        return e.getMessage() != null && e.getMessage().endsWith(STALE);
    }

    /**
     * Whether the error says that the name does not exist. A file in place of a directory counts too, and the reverse:
     * {@code ENOTDIR} and {@code EISDIR}, which Java reports only as text.
     */
    static boolean isAbsence(IOException e) {
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return true;
        }
        String message = e.getMessage();
        return isStale(e)
                || message != null && (message.endsWith("Not a directory") || message.endsWith("Is a directory"));
    }

    /**
     * Opens the nearest directory above that can be opened, then each one below it, so that the client asks the server
     * for each name again.
     *
     * @return whether the directory itself exists
     */
    private boolean revalidate(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path at = directory;
        while (!canOpen(at)) {
            missing.push(at);
            at = at.getParent();
        }
        while (!missing.isEmpty()) {
            Path next = missing.pop();
            if (findBelow(next, () -> open(next)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Asks the server, unlike a stat, which may show a directory that is gone. */
    static boolean canOpen(Path directory) throws IOException {
        return tryOnce(() -> open(directory)).isPresent();
    }

    /** Opens a directory for its effect on the client, which then asks the server for the directory's present state. */
    static Path open(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return directory;
        }
    }
}
