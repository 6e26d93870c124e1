package org.fedoraproject.registry.nfs;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A permit to use the tree, and the file operations that a registry needs, each fresh and durable as its Javadoc says. For one
 * thread and a short time; see {@link NfsConnectionFactory#getConnection}.
 *
 * <p>Absence is believed only after a {@link SecondLook}; a name that is there pays nothing for it.
 */
public final class NfsConnection implements AutoCloseable {
    private static final int MAX_MOVES = 5;

    /** Where copying is less work than to ask for the size once more, in bytes. */
    private static final int SMALL = 64 * 1024;

    /** File systems write their journals sooner than this, whether asked to or not. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    /** What docker-distribution 3.1 writes before a rename; repositories and tags may well be named {@code x.tmp}. */
    private static final Pattern DRAFT = Pattern.compile(".+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

    private final NfsConnectionFactory factory;
    private boolean closed;

    NfsConnection(NfsConnectionFactory factory) {
        this.factory = factory;
    }

    /** Gives the permit back. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            factory.release();
        }
    }

    /**
     * A small file's content, but no more than {@code limit} + 1 bytes of it, so that the caller can tell that it is too long.
     *
     * @return empty where there is no such file
     */
    public Optional<byte[]> read(Path file, int limit) throws IOException {
        return factory.secondLook().found(file, () -> readNow(file, limit));
    }

    /**
     * The same at first sight: empty also where another host has made the file and this one does not know yet. For who would then
     * write it with the content that it should have, and for no question of a client.
     */
    public Optional<byte[]> readAtFirstSight(Path file, int limit) throws IOException {
        return SecondLook.atFirst(() -> readNow(file, limit));
    }

    /** Asks for a byte more than there seemed to be, so that none is missing where there are more by now. */
    private byte[] readNow(Path file, int limit) throws IOException {
        try (SecondLook.Seen seen = factory.secondLook().openToRead(file)) {
            if (seen.size() > SMALL || seen.size() > limit) {
                return readWhole(seen.channel(), limit);
            }
            int expected = (int) seen.size();
            byte[] content = new byte[expected + 1];
            ByteBuffer buffer = ByteBuffer.wrap(content);
            do {
                if (seen.channel().read(buffer, buffer.position()) < 0) {
                    return Arrays.copyOf(content, buffer.position());
                }
            } while (buffer.hasRemaining() && buffer.position() != expected);
            return buffer.hasRemaining() ? Arrays.copyOf(content, expected) : readWhole(seen.channel(), limit);
        }
    }

    private static byte[] readWhole(FileChannel channel, int limit) throws IOException {
        byte[] content = new byte[(int) Math.min(channel.size(), limit + 1L)];
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, buffer.position()) < 0) {
                return Arrays.copyOf(content, buffer.position());
            }
        }
        return content;
    }

    /** Opens a file for reading; empty where there is none. The caller closes it. */
    public Optional<NfsFile> open(Path file) throws IOException {
        return factory.secondLook().found(file, () -> NfsFile.open(factory, file, READ));
    }

    /** Opens a file for reading and writing at given positions; empty where there is none. The caller closes it. */
    public Optional<NfsFile> openForWriting(Path file) throws IOException {
        return factory.secondLook().found(file, () -> NfsFile.open(factory, file, READ, WRITE));
    }

    /** A file's size in bytes, as the server has it now; empty where there is none. */
    public Optional<Long> size(Path file) throws IOException {
        return factory.secondLook().found(file, () -> {
            try (FileChannel channel = factory.secondLook().openNamed(file, READ)) {
                return channel.size();
            }
        });
    }

    /** Whether the directory is there. */
    public boolean isDirectory(Path directory) throws IOException {
        return factory.secondLook()
                .found(directory, () -> SecondLook.open(directory))
                .isPresent();
    }

    /** Whether the name is a symbolic link. */
    public boolean isLink(Path path) {
        return Files.isSymbolicLink(path);
    }

    /**
     * The names in a directory, in no order, without what NFS and docker-distribution leave there for a while.
     *
     * @return empty where there is no such directory
     */
    public Optional<List<String>> list(Path directory) throws IOException {
        return list(directory, ArrayList<String>::new, List::add);
    }

    /**
     * The same for directories that may have any number of names: each goes to a collector, which keeps what is of use.
     *
     * @param collector makes an empty one, more than once where the directory is looked at again
     */
    public <C> Optional<C> list(Path directory, Supplier<C> collector, BiConsumer<C, String> add) throws IOException {
        return factory.secondLook().found(directory, () -> {
            C names = collector.get();
            try (var entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    String path = entry.toString(); // whose last name is found with less work than the path's
                    String name = path.substring(path.lastIndexOf('/') + 1);
                    if (!isTransient(name)) {
                        add.accept(names, name);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            if (factory.secondLook().client() == SecondLook.Client.NFS3) {
                LastWord.forgetYoung(directory, now());
            }
            return names;
        });
    }

    /** When a file or directory was last written to, as the server has it now; empty where there is none. */
    public Optional<FileTime> lastModified(Path file) throws IOException {
        return factory.secondLook().found(file, () -> {
            FileChannel.open(file, READ).close(); // the client asks the server at an open, and not at a stat
            return Files.getLastModifiedTime(file);
        });
    }

    /**
     * Puts a small file in place, whole or not at all: readers see what was there before or the new content. Durable on
     * return. Directories above are made as needed.
     */
    public void write(Path file, byte[] content) throws IOException {
        Path draft = factory.temporary().resolve(UUID.randomUUID().toString());
        try {
            writeDraft(draft, content);
            move(draft, file);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    /**
     * Makes a file that is not there yet, or leaves the one that is; exclusive between hosts. Not durable.
     *
     * @return whether it was made
     */
    public boolean create(Path file, byte[] content) throws IOException {
        try {
            writeNew(file, content, false);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * Puts a small file in place, whole, where there is none; exclusive between hosts. Durable on return. Directories above are
     * made as needed.
     *
     * @return whether it was; otherwise what is there stays
     */
    public boolean writeOnce(Path file, byte[] content) throws IOException {
        Path draft = factory.temporary().resolve(UUID.randomUUID().toString());
        try {
            writeDraft(draft, content);
            place(draft, file, () -> Files.createLink(file, draft));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Moves a forced file to its place, over what is there. Durable on return. Directories above are made as needed. */
    public void move(Path from, Path to) throws IOException {
        place(from, to, () -> rename(from, to));
    }

    /** The same where there may be no such file any more, for another host may have done it. */
    public void moveIfThere(Path from, Path to) throws IOException {
        try {
            move(from, to);
        } catch (NoSuchFileException e) {
            // done
        }
    }

    /** Makes a directory and those above it; none in a root that is not the share's. Not durable. */
    public void makeDirectories(Path directory) throws IOException {
        try {
            makeDirectory(directory);
        } catch (NoSuchFileException e) {
            makeDirectories(lowestThere(directory), directory);
        }
    }

    private static Path lowestThere(Path directory) {
        Path at = directory;
        while (!Files.isDirectory(at)) {
            at = at.getParent();
        }
        return at;
    }

    /** From the top, for each attempt below one that is missing is lost; {@code there} is the lowest that is not. */
    private void makeDirectories(Path there, Path directory) throws IOException {
        if (directory.equals(there)) {
            return;
        }
        makeDirectories(there, directory.getParent());
        makeDirectory(directory);
    }

    private void makeDirectory(Path directory) throws IOException {
        if (directory.getNameCount() <= factory.root().getNameCount() + 1) {
            factory.requireShare();
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            // it was there, or another request was quicker, or it is no directory, as what comes next will say
        }
    }

    /** Makes the names in a directory durable, and those of the directories themselves up to {@code top}. */
    private void forceUpTo(Path top, Path directory) throws IOException {
        for (Path at = directory; at.startsWith(top); at = at.getParent()) {
            force(at);
        }
    }

    /**
     * Makes a name durable that is there already, and all names of directories above it, which another request may have made
     * and not forced yet. A file that got its name long ago needs nothing.
     */
    public void forceName(Path file) throws IOException {
        if (!isUnchangedSince(file, now().minus(YOUNG))) {
            force(file.getParent());
            forceYoungAbove(file.getParent());
        }
    }

    /** Whether the file has neither been written nor got its name later; false where there is none. */
    static boolean isUnchangedSince(Path file, Instant time) throws IOException {
        try {
            FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            return changed.toInstant().isBefore(time);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Forces the names of this directory and of those above it, up to the first that is old: whoever made that has forced its
     * name long ago. Not needed with NFS, where the server answers after it has made a name durable (RFC 1813, 4.8).
     */
    private void forceYoungAbove(Path directory) throws IOException {
        if (factory.secondLook().client() != SecondLook.Client.LOCAL) {
            return;
        }
        Instant old = now().minus(YOUNG);
        for (Path at = directory; !at.equals(factory.root()) && isYounger(at, old); at = at.getParent()) {
            force(at.getParent());
        }
    }

    private static boolean isYounger(Path directory, Instant old) throws IOException {
        try {
            return Files.readAttributes(directory, BasicFileAttributes.class)
                    .creationTime()
                    .toInstant()
                    .isAfter(old);
        } catch (NoSuchFileException e) {
            return false; // deleted meanwhile
        }
    }

    /** Makes the names in a directory durable; nothing to do where it was deleted meanwhile, with all names in it. */
    public void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            // the deletion is younger than the name
        }
    }

    /** Now, by the server's clock: the one to compare files' times with. */
    public Instant now() {
        return factory.now();
    }

    /** Sets a file's time to {@link #now}; nothing where there is no such file. */
    public void touch(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(now()));
        } catch (NoSuchFileException e) {
            // deleted meanwhile, and so not to be kept
        }
    }

    /**
     * Deletes a file; durable on return.
     *
     * @return whether there was one
     */
    public boolean delete(Path file) throws IOException {
        boolean there = factory.secondLook()
                .found(file, () -> {
                    Files.delete(file);
                    return true;
                })
                .isPresent();
        if (there) {
            force(file.getParent());
        }
        return there;
    }

    /** Deletes a file that nobody would miss if it came back after a power cut; nothing where there is none. */
    public void discard(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * Deletes a directory with all that is in it: out of sight at once and durably, then file by file.
     *
     * @return whether there was one
     */
    public boolean deleteTree(Path directory) throws IOException {
        Optional<Path> condemned = condemn(directory);
        if (condemned.isPresent()) {
            force(directory.getParent());
            unlinkTree(condemned.get());
        }
        return condemned.isPresent();
    }

    /** The same for a directory that nobody would miss if it came back after a power cut. */
    public boolean discardTree(Path directory) throws IOException {
        Optional<Path> condemned = condemn(directory);
        if (condemned.isPresent()) {
            unlinkTree(condemned.get());
        }
        return condemned.isPresent();
    }

    /**
     * Takes a file, or a directory with all that is in it, out of sight, so that it can be looked at without anybody changing
     * it. Not durable; follow it by {@link #deleteTaken} or {@link #putBack}.
     *
     * @return where it is now; empty where there is none
     */
    public Optional<Path> take(Path path) throws IOException {
        return condemn(path);
    }

    /** Puts a file back that was taken from {@code place}, unless there is another by now. */
    public void putBackFile(Path taken, Path place) throws IOException {
        try {
            Files.createLink(place, taken);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            // there is another, or the directory was deleted meanwhile
        }
        Files.deleteIfExists(taken);
    }

    /**
     * Puts a copy of a file in its place, so that whoever has the file open goes on with one that has no name any more. Durable
     * on return; nothing where there is no such file.
     */
    public void replaceByCopy(Path file) throws IOException {
        Optional<NfsFile> original = open(file);
        if (original.isEmpty()) {
            return;
        }
        Path copy = factory.temporary().resolve(UUID.randomUUID().toString());
        try (NfsFile from = original.get();
                FileChannel to = FileChannel.open(copy, WRITE, CREATE_NEW)) {
            from.copyTo(to);
            to.force(true);
            move(copy, file);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Deletes what was taken from {@code directory}. Durable on return. */
    public void deleteTaken(Path taken, Path directory) throws IOException {
        force(directory.getParent());
        unlinkTree(taken);
    }

    /** Puts back what was taken from {@code directory}, unless there is another by now, which is newer. */
    public void putBack(Path taken, Path directory) throws IOException {
        try {
            rename(taken, directory);
            force(directory.getParent());
        } catch (FileSystemException e) { // of which Java has no kind of its own for a directory that is not empty
            if (!isDirectory(directory)) {
                throw e;
            }
            unlinkTree(taken);
        }
    }

    /** Deletes what instances that died have left among the temporary files, where older than {@code before}. */
    public void sweep(FileTime before) throws IOException {
        for (String name : list(factory.temporary()).orElse(List.of())) {
            Path leftover = factory.temporary().resolve(name);
            Optional<FileTime> modified = lastModified(leftover);
            if (modified.isPresent() && modified.get().compareTo(before) < 0) {
                unlinkTree(leftover);
            }
        }
    }

    /**
     * What NFS clients, NFS servers and docker-distribution put into directories beside the real entries. The pattern on every
     * name would be a tenth of the work for a long list.
     */
    private static boolean isTransient(String name) {
        return name.startsWith(".nfs")
                || name.equals(".snapshot")
                || name.endsWith(".tmp") && DRAFT.matcher(name).matches();
    }

    private Optional<Path> condemn(Path directory) throws IOException {
        Path condemned = factory.temporary().resolve(UUID.randomUUID().toString());
        return factory.secondLook().found(directory, () -> {
            rename(directory, condemned);
            return condemned;
        });
    }

    private interface Naming {
        void run() throws IOException;
    }

    /**
     * Gives a forced file its name, makes the directories above as needed, and then all of that durable at once: a journal that
     * has written the one has mostly written the others.
     */
    private void place(Path from, Path to, Naming naming) throws IOException {
        Path directory = to.getParent();
        Path old = directory; // the lowest that was there before
        for (int attempt = 1; ; attempt++) {
            try {
                naming.run();
                forceUpTo(old, directory);
                forceYoungAbove(old);
                return;
            } catch (NoSuchFileException e) {
                // no directory yet, or another request is deleting it at this moment
                if (attempt == MAX_MOVES || !Files.exists(from)) {
                    throw e;
                }
                old = lowestThere(old);
                makeDirectories(old, directory);
            }
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeNew(Path file, byte[] content, boolean force) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE, CREATE_NEW)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (force) {
                channel.force(true);
            }
        }
    }

    private void writeDraft(Path draft, byte[] content) throws IOException {
        try {
            writeNew(draft, content, true);
        } catch (NoSuchFileException e) { // somebody tidied up
            makeDirectories(draft.getParent());
            writeNew(draft, content, true);
        }
    }

    /** Another instance may do the same, or hold a file open, which NFS keeps under a name of its own: the sweep comes back. */
    private static void unlinkTree(Path path) throws IOException {
        try {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                try (var entries = Files.newDirectoryStream(path)) {
                    for (Path entry : entries) {
                        unlinkTree(entry);
                    }
                }
            }
            Files.deleteIfExists(path);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            // then there is nothing left for this one to do
        }
    }
}
