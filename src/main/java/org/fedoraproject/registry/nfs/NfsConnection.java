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
 * A permit to use the tree, and the file operations that a registry needs, each fresh and durable as its Javadoc says.
 * For one thread and a short time; see {@link NfsConnectionFactory#getConnection}.
 *
 * <p>A missing name is reported only after a {@link Revalidation}; a name that is there costs nothing extra.
 */
public final class NfsConnection implements AutoCloseable, KeptListings.Source {
    /** How often a name is tried again whose directory another request has removed at that moment. */
    private static final int MAX_ATTEMPTS = 100;

    /** Up to this size in bytes, copying costs less than another query of the size. */
    private static final int SMALL = 64 * 1024;

    /** By this age, file systems have written their journals, even unasked. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    /**
     * The temporary files that docker-distribution 3.1 writes before a rename; repositories and tags may be named
     * {@code x.tmp}.
     */
    private static final Pattern DRAFT = Pattern.compile(".+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

    private final NfsConnectionFactory factory;
    private boolean closed;

    NfsConnection(NfsConnectionFactory factory) {
        this.factory = factory;
    }

    /** Returns the permit. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            factory.release();
        }
    }

    /**
     * A small file's content, but at most {@code limit} + 1 bytes of it, so that the caller can detect a longer file.
     *
     * @return empty if there is no such file
     */
    public Optional<byte[]> read(Path file, int limit) throws IOException {
        return readDated(file, limit).map(FileContent::bytes);
    }

    /** The same with the file's time. */
    public Optional<FileContent> readDated(Path file, int limit) throws IOException {
        return factory.revalidation().find(file, () -> readNow(file, limit));
    }

    /**
     * The same without revalidation: also empty if another host has created the file and this host does not know yet.
     * For callers that write the file next if it does not have the expected content; never for a client's question.
     */
    public Optional<FileContent> readWithoutRevalidation(Path file, int limit) throws IOException {
        return Revalidation.tryOnce(() -> readNow(file, limit));
    }

    /** Reads one byte more than the expected size, so that nothing is missing if the file has grown. */
    private FileContent readNow(Path file, int limit) throws IOException {
        return factory.timed(Operation.READ, () -> {
            try (Revalidation.OpenedFile seen = factory.revalidation().openDated(file, READ)) {
                return new FileContent(readExpected(seen, limit), seen.modified());
            }
        });
    }

    private static byte[] readExpected(Revalidation.OpenedFile seen, int limit) throws IOException {
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

    /** Opens a file for reading; empty if there is none. The caller closes it. */
    public Optional<NfsFile> open(Path file) throws IOException {
        return factory.revalidation().find(file, () -> NfsFile.open(factory, file, READ));
    }

    /** Opens a file for reading and writing at given positions; empty if there is none. The caller closes it. */
    public Optional<NfsFile> openForWriting(Path file) throws IOException {
        return factory.revalidation().find(file, () -> NfsFile.open(factory, file, READ, WRITE));
    }

    /** A file's size in bytes, as the server has it now; empty if there is none. */
    public Optional<Long> size(Path file) throws IOException {
        return state(file).map(FileState::size);
    }

    /** A file's size, as the server has it now, and its time; empty if there is none. */
    public Optional<FileState> state(Path file) throws IOException {
        return factory.revalidation()
                .find(
                        file,
                        () -> factory.timed(Operation.LOOK, () -> {
                            try (Revalidation.OpenedFile opened =
                                    factory.revalidation().openDated(file, READ)) {
                                return new FileState(opened.channel().size(), opened.modified());
                            }
                        }));
    }

    /** Everything about a file as the server has it now; empty if there is none. */
    public Optional<FileDetails> details(Path file) throws IOException {
        return factory.revalidation()
                .find(
                        file,
                        () -> factory.timed(Operation.LOOK, () -> {
                            factory.revalidation().openCurrent(file, READ).close(); // asks the server; a stat would not
                            return Renewal.details(file);
                        }));
    }

    /** Whether the directory exists. */
    public boolean isDirectory(Path directory) throws IOException {
        return factory.revalidation()
                .find(directory, () -> Revalidation.open(directory))
                .isPresent();
    }

    /** Whether the name exists, without revalidation: false also if another host has created it and this one does not know. */
    public boolean seemsToExist(Path path) throws IOException {
        return Revalidation.tryOnce(
                        () -> Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS))
                .isPresent();
    }

    /** Whether the name is a symbolic link. */
    public boolean isLink(Path path) {
        return Files.isSymbolicLink(path);
    }

    /**
     * The names in a directory, in no order, without the temporary names of NFS and docker-distribution.
     *
     * @return empty if there is no such directory
     */
    public Optional<List<String>> list(Path directory) throws IOException {
        return list(directory, ArrayList<String>::new, List::add);
    }

    /**
     * The same for directories that may have any number of names: each name goes to a collector, which keeps what it
     * needs.
     *
     * @param collector makes an empty one; called again if the directory is listed again
     */
    @Override
    public <C> Optional<C> list(Path directory, Supplier<C> collector, BiConsumer<C, String> add) throws IOException {
        return factory.revalidation()
                .find(
                        directory,
                        () -> factory.timed(Operation.LIST, () -> {
                            C names = collector.get();
                            try (var entries = Files.newDirectoryStream(directory)) {
                                for (Path entry : entries) {
                                    String path = entry.toString(); // faster than the path's own last name
                                    String name = path.substring(path.lastIndexOf('/') + 1);
                                    if (!isTransient(name)) {
                                        add.accept(names, name);
                                    }
                                }
                            } catch (DirectoryIteratorException e) {
                                throw e.getCause();
                            }
                            if (factory.revalidation().client() == Revalidation.Client.NFS3) {
                                Nfs3Revalidation.rereadIfYoung(directory, now());
                            }
                            return names;
                        }));
    }

    /**
     * The state of a directory as the server has it now, for {@link KeptListings}.
     *
     * @return empty if there is no such directory, also if another host has created it and this one does not know; and if
     *     the file system is not known to have right change times
     */
    @Override
    public Optional<DirectoryState> directoryState(Path directory) throws IOException {
        Revalidation.Client client = factory.revalidation().client();
        if (!factory.hasChangeTimes()) {
            return Optional.empty();
        }
        return Revalidation.tryOnce(() -> factory.timed(Operation.LOOK, () -> {
            if (client != Revalidation.Client.LOCAL) {
                Revalidation.open(directory); // asks the server; the answer is what the client knows then
            }
            return DirectoryState.of(directory);
        }));
    }

    @Override
    public boolean isOlder(DirectoryState state, Duration age) {
        return state.changed().toInstant().isBefore(factory.lastSeen().minus(age));
    }

    /** When a file or directory was last written, as the server has it now; empty if there is none. */
    public Optional<FileTime> lastModified(Path file) throws IOException {
        return factory.revalidation()
                .find(
                        file,
                        () -> factory.timed(Operation.LOOK, () -> {
                            FileChannel.open(file, READ)
                                    .close(); // the client asks the server at an open, not at a stat
                            return Files.getLastModifiedTime(file);
                        }));
    }

    /**
     * Writes a small file atomically: readers see the old or the new content. Durable on return. Creates missing
     * directories above.
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
     * Creates a file, or leaves the existing one; exclusive between hosts. Not durable.
     *
     * @return whether it was created
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
     * Writes a small file atomically if there is none; exclusive between hosts. Durable on return. Creates missing
     * directories above.
     *
     * @return whether it was written; otherwise the existing file stays
     */
    public boolean writeOnce(Path file, byte[] content) throws IOException {
        Path draft = factory.temporary().resolve(UUID.randomUUID().toString());
        try {
            writeDraft(draft, content);
            nameDurably(draft, file, () -> link(file, draft));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** The names that a file may get, one after the other. */
    public interface Names {
        Path next() throws IOException;
    }

    /**
     * Writes a small file atomically under the first name that no file has; exclusive between hosts. Durable on return.
     * Creates missing directories above.
     */
    public void writeOnce(Names names, byte[] content) throws IOException {
        Path draft = factory.temporary().resolve(UUID.randomUUID().toString());
        try {
            writeDraft(draft, content);
            boolean named = false;
            while (!named) {
                named = nameOnce(draft, names.next());
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private boolean nameOnce(Path draft, Path file) throws IOException {
        try {
            nameDurably(draft, file, () -> link(file, draft));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * Creates an empty file that nobody else sees, for {@link #move}; the caller deletes it if it does not move it. A
     * later sweep deletes what a host that died has left.
     */
    public Path newDraft() throws IOException {
        Path draft = factory.temporary().resolve(UUID.randomUUID().toString());
        createBelow(draft, new byte[0]);
        return draft;
    }

    /**
     * Moves a forced file to its place and replaces the file there. Durable on return. Creates missing directories
     * above.
     */
    public void move(Path from, Path to) throws IOException {
        nameDurably(from, to, () -> rename(from, to));
    }

    /**
     * The same if it is still the file that the caller has seen. If another file gets its name at the last moment, that
     * one is moved back; if this host dies just then, it stays where it was moved to.
     *
     * @return whether the file that was seen was moved
     */
    public boolean moveExactly(Path from, Path to, FileDetails seen) throws IOException {
        if (details(from).filter(seen::equals).isEmpty() || !restore(from, to)) {
            return false;
        }
        if (details(to).filter(moved -> moved.isRenamed(seen)).isPresent()) {
            return true;
        }
        moveOnce(to, from);
        return false;
    }

    /**
     * Deletes a file as {@link #moveExactly} moves it: only if it is still the one that the caller has seen.
     *
     * @return whether it was deleted
     */
    public boolean deleteExactly(Path file, FileDetails seen) throws IOException {
        Path taken = factory.temporary().resolve(UUID.randomUUID().toString());
        boolean same = moveExactly(file, taken, seen);
        Files.deleteIfExists(taken); // or there is a newer one in its place
        return same;
    }

    /**
     * Moves a file to a place that is free; exclusive between hosts. Durable on return. Creates missing directories
     * above.
     *
     * @return false if there is no such file, or the place is taken; the file stays where it is then
     */
    public boolean moveOnce(Path from, Path to) throws IOException {
        try {
            nameDurably(from, to, () -> link(to, from));
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            requireGone(e);
            return false;
        }
        Files.deleteIfExists(from);
        return true;
    }

    /**
     * Creates a directory and missing ones above it, also while another request removes empty ones; refuses to in a root
     * that is not the share's. Not durable.
     */
    public void makeDirectories(Path directory) throws IOException {
        Path above = directory.getParent();
        again(factory.root(), () -> makeDirectories(lowestExisting(above), above), () -> {
            makeDirectory(directory);
            return true;
        });
    }

    /** Creates a file as {@link #create} does, and missing directories above, also while another request removes them. */
    public boolean createBelow(Path file, byte[] content) throws IOException {
        return again(factory.root(), () -> makeDirectories(file.getParent()), () -> create(file, content));
    }

    /**
     * Does something in a directory, and does it again as long as the directory is missing: another request, or host, may
     * be deleting it at this moment.
     *
     * @param needed if this is not there, it is not tried again
     * @param mend makes the directory
     */
    static <T> T again(Path needed, Naming mend, Revalidation.Attempt<T> attempt) throws IOException {
        for (int failures = 0; ; failures++) {
            try {
                if (failures > 0) {
                    mend.run();
                }
                return attempt.run();
            } catch (IOException e) {
                if (!Revalidation.isGone(e) || failures == MAX_ATTEMPTS || !Files.exists(needed)) {
                    throw e;
                }
            }
        }
    }

    private static Path lowestExisting(Path directory) throws IOException {
        Path at = directory;
        while (!Revalidation.canOpen(at)) {
            at = at.getParent();
        }
        return at;
    }

    /**
     * Goes from the top down, because an attempt below a missing directory is a wasted call; {@code there} is the
     * lowest that exists.
     */
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
            // it exists, another request was faster, or it is no directory, which the next operation reports
        }
    }

    /** Forces the names in a directory, and those of the directories above it up to {@code top}. */
    private void forceUpTo(Path top, Path directory) throws IOException {
        for (Path at = directory; at.startsWith(top); at = at.getParent()) {
            force(at);
        }
    }

    /**
     * Makes an existing name durable, with all directory names above it: another request may have created them and not
     * forced them yet. A file that got its name long ago needs nothing.
     */
    public void forceName(Path file) throws IOException {
        if (!isUnchangedSince(file, now().minus(YOUNG))) {
            force(file.getParent());
            forceYoungAbove(file.getParent());
        }
    }

    /** Whether the file was neither written nor renamed since then; false if there is none. */
    static boolean isUnchangedSince(Path file, Instant time) throws IOException {
        try {
            FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            return changed.toInstant().isBefore(time);
        } catch (IOException e) {
            requireGone(e);
            return false;
        }
    }

    /**
     * Forces the names of this directory and of those above it, up to the first old one: its creator forced that name
     * long ago. Not needed with NFS, whose server makes a name durable before it answers (RFC 1813, 4.8).
     */
    private void forceYoungAbove(Path directory) throws IOException {
        if (factory.revalidation().client() != Revalidation.Client.LOCAL) {
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
        } catch (IOException e) {
            requireGone(e);
            return false; // deleted meanwhile
        }
    }

    /** Makes the names in a directory durable; does nothing if it was deleted meanwhile, with all names in it. */
    public void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            force(channel);
        } catch (IOException e) {
            requireGone(e); // it was deleted after the name was created
        }
    }

    private void force(FileChannel channel) throws IOException {
        factory.timed(Operation.FORCE, () -> {
            channel.force(true);
            return true;
        });
    }

    private static void requireGone(IOException e) throws IOException {
        if (!Revalidation.isGone(e)) {
            throw e;
        }
    }

    /** The time by the server's clock; compare files' times with it. */
    public Instant now() {
        return factory.now();
    }

    /** The same, but rather too late than too early where a host's clock was set back a moment ago. */
    public Instant latestNow() {
        return factory.latestNow();
    }

    /**
     * Makes a file's time the server's present one. On return the name has a file that has this time, or has had it and
     * was moved away since.
     *
     * @return false if there is no such file
     * @throws java.nio.file.FileSystemException if the file is another user's, or the share takes no writes
     */
    public boolean renew(Path file) throws IOException {
        return factory.timed(Operation.RENEW, () -> new Renewal(factory).renew(file));
    }

    /**
     * Moves a file, and replaces the file there. Not durable. Creates missing directories above.
     *
     * @return false if there is no such file
     */
    public boolean shift(Path from, Path to) throws IOException {
        return factory.revalidation()
                .find(
                        from,
                        () -> again(from, () -> makeDirectories(to.getParent()), () -> {
                            rename(from, to);
                            return true;
                        }))
                .isPresent();
    }

    /**
     * Moves a file as {@link #move} does.
     *
     * @return false if there is no such file
     */
    public boolean restore(Path from, Path to) throws IOException {
        try {
            move(from, to);
            return true;
        } catch (IOException e) {
            requireGone(e);
            return false;
        }
    }

    /**
     * Deletes a directory if it is empty; returns whether it did. Not durable. One that cannot be deleted, such as another
     * user's, stays.
     */
    public boolean removeIfEmpty(Path directory) throws IOException {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && Files.deleteIfExists(directory);
        } catch (FileSystemException e) {
            return false;
        }
    }

    /**
     * Deletes a directory if it is empty, and then those above it that are empty by then, but not {@code top}. Not
     * durable. Safe while others create files there: whoever finds a directory missing makes it again.
     */
    public void removeUpwards(Path directory, Path top) throws IOException {
        Path at = directory;
        while (!at.equals(top) && at.startsWith(top) && (removeIfEmpty(at) || !seemsToExist(at))) {
            at = at.getParent();
        }
    }

    /** Sets a file's time to {@link #now}; does nothing if there is no such file. */
    public void touch(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(now()));
        } catch (IOException e) {
            requireGone(e); // deleted meanwhile, so there is nothing to keep
        }
    }

    /**
     * Deletes a file; durable on return.
     *
     * @return whether there was one
     */
    public boolean delete(Path file) throws IOException {
        boolean there = factory.revalidation()
                .find(
                        file,
                        () -> factory.timed(Operation.DELETE, () -> {
                            Files.delete(file);
                            return true;
                        }))
                .isPresent();
        if (there) {
            force(file.getParent());
        }
        return there;
    }

    /** Deletes a file, not durably: a power cut may bring it back. Returns whether there was one. */
    public boolean discard(Path file) throws IOException {
        return factory.timed(Operation.DELETE, () -> Files.deleteIfExists(file));
    }

    /**
     * Deletes a directory with its content: first moves it away, atomically and durably, then deletes its files one by
     * one.
     *
     * @return whether there was one
     */
    public boolean deleteTree(Path directory) throws IOException {
        Optional<Path> moved = moveAway(directory);
        if (moved.isPresent()) {
            force(directory.getParent());
            unlinkTree(moved.get());
        }
        return moved.isPresent();
    }

    /** The same, but not durably: a power cut may bring the directory back. */
    public boolean discardTree(Path directory) throws IOException {
        Optional<Path> moved = moveAway(directory);
        if (moved.isPresent()) {
            unlinkTree(moved.get());
        }
        return moved.isPresent();
    }

    /**
     * Moves a file, or a directory with its content, out of the tree, so that nobody changes it while the caller
     * examines it. Not durable; follow it by {@link #discardTaken} or {@link #putBack}.
     *
     * @return where it is now; empty if there is none
     */
    public Optional<Path> take(Path path) throws IOException {
        return moveAway(path);
    }

    /** Puts a file back that was taken from {@code place}, unless there is a new one by now. */
    public void putBackFile(Path taken, Path place) throws IOException {
        try {
            link(place, taken);
        } catch (FileAlreadyExistsException e) {
            // there is a new file
        } catch (IOException e) {
            requireGone(e); // the directory was deleted meanwhile
        }
        Files.deleteIfExists(taken);
    }

    /**
     * Replaces a file by a copy of itself, so that a process that has the file open goes on with a file that has no
     * name any more. Durable on return; does nothing if there is no such file.
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
            force(to);
            move(copy, file);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Deletes what was taken, not durably: a power cut may bring it back. */
    public void discardTaken(Path taken) throws IOException {
        unlinkTree(taken);
    }

    /**
     * Puts back what was taken from {@code directory}, unless there is a new one by now, which is then kept. Creates missing
     * directories above.
     */
    public void putBack(Path taken, Path directory) throws IOException {
        try {
            nameDurably(taken, directory, () -> rename(taken, directory));
        } catch (FileSystemException e) { // Java has no exception of its own for a directory that is not empty
            if (!isDirectory(directory)) {
                throw e;
            }
            unlinkTree(taken);
        }
    }

    /**
     * Deletes the temporary files of instances that died, if neither written nor put there since {@code before}. An
     * upload may be old when it is {@link #take taken}.
     */
    public void sweep(FileTime before) throws IOException {
        for (String name : list(factory.temporary()).orElse(List.of())) {
            Path leftover = factory.temporary().resolve(name);
            Optional<FileTime> modified = lastModified(leftover);
            if (modified.isPresent()
                    && modified.get().compareTo(before) < 0
                    && isUnchangedSince(leftover, before.toInstant())) {
                unlinkTree(leftover);
            }
        }
    }

    /**
     * Whether NFS clients, NFS servers or docker-distribution put this name beside the real entries. Matching the
     * pattern against every name would take a tenth of the time of a long listing.
     */
    private static boolean isTransient(String name) {
        return name.startsWith(".nfs")
                || name.equals(".snapshot")
                || name.endsWith(".tmp") && DRAFT.matcher(name).matches();
    }

    private Optional<Path> moveAway(Path directory) throws IOException {
        Path moved = factory.temporary().resolve(UUID.randomUUID().toString());
        return factory.revalidation().find(directory, () -> {
            rename(directory, moved);
            return moved;
        });
    }

    interface Naming {
        void run() throws IOException;
    }

    /**
     * Gives a forced file its name, creates missing directories above, and then forces all of them at once: a journal
     * that has written one has mostly written the others.
     */
    private void nameDurably(Path from, Path to, Naming naming) throws IOException {
        Path directory = to.getParent();
        Path[] old = {directory}; // the lowest directory that existed before
        again(
                from,
                () -> {
                    old[0] = lowestExisting(old[0]);
                    makeDirectories(old[0], directory);
                },
                () -> {
                    naming.run();
                    forceUpTo(old[0], directory);
                    forceYoungAbove(old[0]);
                    return true;
                });
    }

    private void rename(Path from, Path to) throws IOException {
        factory.timed(Operation.RENAME, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    private void link(Path name, Path existing) throws IOException {
        factory.timed(Operation.RENAME, () -> Files.createLink(name, existing));
    }

    private void writeNew(Path file, byte[] content, boolean force) throws IOException {
        try (FileChannel channel = factory.timed(Operation.WRITE, () -> writeNew(file, content))) {
            if (force) {
                force(channel);
            }
        }
    }

    private static FileChannel writeNew(Path file, byte[] content) throws IOException {
        FileChannel channel = FileChannel.open(file, WRITE, CREATE_NEW);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void writeDraft(Path draft, byte[] content) throws IOException {
        again(
                factory.root(),
                () -> makeDirectories(draft.getParent()),
                () -> { // deleted from outside
                    writeNew(draft, content, true);
                    return true;
                });
    }

    /**
     * Leaves what is still in use: another instance may delete the same tree, or hold a file open, which NFS keeps
     * under a temporary name. The next sweep deletes the rest.
     */
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
        } catch (DirectoryNotEmptyException e) {
            // the next sweep deletes the rest
        } catch (IOException e) {
            requireGone(e);
        }
    }
}
