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
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * Believes that a name is missing, or its handle stale, only after it was looked for again with fresh eyes: an NFS client
 * remembers for up to a minute that a name was missing, and asks the server anew once the directory above was opened. With
 * NFSv3 the {@link LastWord} is the server's all the same.
 *
 * @param client by which the tree is reached
 */
record SecondLook(Client client) {
    private static final String STALE = "Stale file handle";

    /** What reaches the tree, as the kernel names it; each remembers in its own way. */
    enum Client {
        NFS3,
        NFS4,
        LOCAL;

        /** @param type of the file system, as {@link java.nio.file.FileStore#type} has it */
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

    /** A name below a file: every Linux has this one, and says {@code ENOTDIR}. */
    private static final Path IN_A_FILE = Path.of("/proc/self/status/name");

    /**
     * Faults are told apart by the operating system's words, for Java has no numbers for them. Makes one and looks whether it is
     * recognised.
     *
     * @throws IOException where it is not, for the words are in another language
     */
    static void requireKnownWords() throws IOException {
        requireKnownWords(() -> FileChannel.open(IN_A_FILE, READ));
    }

    static void requireKnownWords(Attempt<?> failing) throws IOException {
        try {
            failing.run();
        } catch (NoSuchFileException e) {
            // a system without /proc, which is none that this is for
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
     * Opens the file that has the name now. To read, only a regular file: a symbolic link may lead out of the tree, and a pipe
     * holds the thread that opens it.
     *
     * <p>An NFSv4.1 client opens the file that it knows by its handle, and for a while the
     * server goes on to know one that another host has deleted or replaced. So there the file's number is asked before and
     * after: where it was deleted, no name is left; where it was replaced, the open has made the client look at the name again.
     * What the client keeps answers both, which costs no further operation.
     *
     * @throws NoSuchFileException where the name is none, or that of something else to read than a regular file
     * @throws FileSystemException as for a stale handle, where it is another file by now, or none
     */
    FileChannel openNamed(Path file, OpenOption... options) throws IOException {
        return openNamed(file, look(file, Arrays.asList(options).contains(WRITE)), options);
    }

    /** The same to read, with the size that the file seemed to have before it was opened, which may be out of date. */
    Seen openToRead(Path file) throws IOException {
        Look before = look(file, false);
        return new Seen(openNamed(file, before, READ), before.size());
    }

    /** An open file, and what its size seemed to be. */
    record Seen(FileChannel channel, long size) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** At a name, before it is opened. */
    private record Look(long size, Object number) {}

    private Look look(Path file, boolean writes) throws IOException {
        if (client == Client.NFS4) {
            Map<String, Object> seen = Files.readAttributes(file, "unix:ino,isRegularFile,size", NOFOLLOW_LINKS);
            requireRegular(file, writes || seen.get("isRegularFile").equals(true));
            return new Look((Long) seen.get("size"), seen.get("ino"));
        }
        if (writes) {
            return new Look(0, null);
        }
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
        requireRegular(file, seen.isRegularFile());
        return new Look(seen.size(), null);
    }

    private FileChannel openNamed(Path file, Look before, OpenOption... options) throws IOException {
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
     * Runs the attempt, and again where the name seemed missing; empty where it is missing then too.
     *
     * @throws IOException also where a handle is stale in spite of the second look: then it is not known what is there, such as
     *     when the export was made anew below the mount
     */
    <T> Optional<T> found(Path path, Attempt<T> attempt) throws IOException {
        Optional<T> seen = atFirst(attempt);
        return seen.isEmpty() && revalidate(path.getParent()) ? foundBelow(path, attempt) : seen;
    }

    /** Runs the attempt once; empty where the name seems missing. */
    static <T> Optional<T> atFirst(Attempt<T> attempt) throws IOException {
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
    private <T> Optional<T> foundBelow(Path path, Attempt<T> attempt) throws IOException {
        Optional<T> found = tried(attempt);
        return found.isEmpty() && client == Client.NFS3 && LastWord.isThere(path) ? tried(attempt) : found;
    }

    private static <T> Optional<T> tried(Attempt<T> attempt) throws IOException {
        try {
            return Optional.of(attempt.run());
        } catch (IOException e) {
            if (!isAbsence(e) || isStale(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static boolean isStale(IOException e) {
        return e.getMessage() != null && e.getMessage().endsWith(STALE);
    }

    /**
     * A file where a directory should be is absence too, and the reverse: {@code ENOTDIR} and {@code EISDIR}, of which Java
     * tells only the words.
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
     * Opens the nearest directory above that can be opened, then each below it, so that the client asks the server for each
     * name anew.
     *
     * @return whether the directory itself is there
     */
    private boolean revalidate(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path at = directory;
        while (!isOpened(at)) {
            missing.push(at);
            at = at.getParent();
        }
        while (!missing.isEmpty()) {
            Path next = missing.pop();
            if (foundBelow(next, () -> open(next)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOpened(Path directory) throws IOException {
        return atFirst(() -> open(directory)).isPresent();
    }

    /** For its effect on the client: at an open it asks the server for the directory as it is. */
    static Path open(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return directory;
        }
    }
}
