package org.fedoraproject.registry.nfs;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands out connections to the tree below one root directory. It is a bulkhead: a file operation on a hard NFS mount
 * blocks as long as the server is away. At most {@code maxConnections} threads are inside; others are refused within
 * {@code connectionWait}.
 *
 * <p>A caller of {@link #use} does not hang with the mount: unless the mount has answered just now, a thread of ours
 * does the work, and the caller abandons it once the mount is known not to answer. While the mount answers all the
 * time, as under load, the caller does the work itself, at no extra cost; so if the mount then stops answering, some of
 * the callers inside wait until it is back. Safe for all threads.
 */
public final class NfsConnectionFactory implements AutoCloseable {
    /** Below the root and outside of docker-distribution's {@code docker/}, which readers list. */
    private static final String TEMPORARY = ".tmp";

    /** After an answer of the mount, the next one is expected for this long. */
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How often a caller that waits for a thread of ours checks whether the mount is known not to answer. */
    private static final long POLL_MILLIS = 200;

    /** NFS, and file systems of this host. The clients of others may keep attributes for a while, whatever is opened. */
    private static final Set<String> WITH_CHANGE_TIMES =
            Set.of("nfs", "nfs4", "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay");

    private final NfsConfig config;
    private final Semaphore permits;
    private final LongAdder refused = new LongAdder();
    private final Path temporary;

    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("nfs-", 1).daemon().factory());

    private volatile long answered = System.nanoTime() - RECENT_NANOS;
    private final ShareMarker marker;
    private volatile Revalidation revalidation;
    private volatile boolean changeTimes;

    private volatile Operation.Observer observer = (operation, nanos) -> {};

    private volatile NfsStatistics.Space space;
    private volatile Duration skew = Duration.ZERO;
    /** The server's time at a moment of this host's counter, which nobody sets. */
    private volatile Reading reading = new Reading(Instant.EPOCH, System.nanoTime());

    private record Reading(Instant server, long nanos) {
        private Instant now() {
            return server.plusNanos(System.nanoTime() - nanos);
        }
    }

    private volatile Optional<String> unwritable = Optional.empty();
    private volatile Instant validated = Instant.now();
    private volatile Optional<String> fault = Optional.empty();
    /** {@link System#nanoTime} at the start of the running validation; 0 if none runs. */
    private volatile long validating;

    /** @throws IOException if the root is not a writable directory, or not that of a {@link ShareMarker share} */
    public NfsConnectionFactory(NfsConfig config) throws IOException {
        this.config = config;
        this.permits = new Semaphore(config.maxConnections(), true);
        this.temporary = config.root().resolve(TEMPORARY);
        if (!Files.isDirectory(config.root())) {
            throw new IOException("registry.nfs.root is not a directory: " + config.root());
        }
        if (!Files.isWritable(config.root())) {
            throw new IOException("registry.nfs.root is not writable: " + config.root());
        }
        Revalidation.requireKnownMessages();
        revalidation = detectMount();
        marker = ShareMarker.of(config.root(), temporary, revalidation);
        Files.createDirectories(temporary);
        space = readSpace();
        readClock();
    }

    public Path root() {
        return config.root();
    }

    /** Work that needs a connection. */
    public interface Work<T> {
        T run(NfsConnection connection) throws IOException;
    }

    /**
     * Does a few file operations with a connection, which is returned afterwards. The work must never read or write a
     * socket that may block.
     *
     * @throws NfsUnavailableException as {@link #getConnection}, and if the mount stops answering meanwhile: the work
     *     may still be done when the mount answers again
     */
    public <T> T use(Work<T> work) throws IOException {
        NfsConnection connection = getConnection();
        return hasJustAnswered() ? run(work, connection) : await(() -> run(work, connection));
    }

    /**
     * Closes a file, in a thread of ours unless the mount has just answered. Takes no connection, because files must be
     * closed in any case.
     */
    void close(FileChannel channel) throws IOException {
        if (hasJustAnswered()) {
            channel.close();
        } else {
            await(() -> {
                channel.close();
                return true;
            });
        }
    }

    private <T> T run(Work<T> work, NfsConnection connection) throws IOException {
        try (connection) {
            T result = work.run(connection);
            answered = System.nanoTime();
            return result;
        }
    }

    private boolean hasJustAnswered() {
        return System.nanoTime() - answered < RECENT_NANOS;
    }

    /**
     * Does the work in a thread of ours. Waits as long as it takes, because operations may take long on a mount that
     * answers, unless the mount is known not to answer. A file that is opened after its caller has left is closed.
     */
    private <T> T await(Callable<T> work) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Callable<T> carried = carry(work);
        execute(() -> {
            try {
                result.complete(carried.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            while (true) {
                try {
                    return result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (faulty()) {
                        throw abandon(result, "the mount does not answer");
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw abandon(result, "interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /**
     * Does the work in the caller's thread where no other can be had: the application ends, or the host gives none. Without
     * that, the connection would never be returned, and the file never be closed.
     */
    private void execute(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException
                | OutOfMemoryError e) { // the JVM reports a missing thread as missing memory
            work.run();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the result
    private <T> NfsUnavailableException abandon(CompletableFuture<T> result, String why) {
        result.whenComplete((opened, failure) -> close(opened));
        return unavailable(why);
    }

    private static void close(Object result) {
        Object opened = result instanceof Optional<?> some && some.isPresent() ? some.get() : result;
        if (opened instanceof NfsFile file) {
            file.closeNow();
        }
    }

    /** Ends the idle threads. */
    @Override
    public void close() {
        threads.shutdown();
    }

    /**
     * Returns a connection, which holds one of the pool's permits until it is closed. Keep it for a few file
     * operations, and never while a socket is read or written.
     *
     * @throws NfsUnavailableException if none is free within the bounded wait, or the mount is known not to answer
     */
    public NfsConnection getConnection() throws NfsUnavailableException {
        if (!permits.tryAcquire()) {
            awaitPermit();
        }
        if (faulty()) {
            permits.release();
            throw unavailable(fault.orElse("the mount does not answer"));
        }
        return new NfsConnection(this);
    }

    void release() {
        permits.release();
    }

    /** The time by the server's clock, which sets the times of files; the hosts' clocks may differ. */
    Instant now() {
        return Instant.now().plus(skew);
    }

    /** The same, but rather too late than too early: this host's clock may have been set back since the last reading. */
    Instant latestNow() {
        Instant byClock = now();
        Instant byCounter = reading.now();
        return byClock.isAfter(byCounter) ? byClock : byCounter;
    }

    /** The latest time that the server is known to have given to a file: its clock shows this or more. */
    Instant lastSeen() {
        return reading.server();
    }

    Revalidation revalidation() {
        return revalidation;
    }

    /** Whether a directory's change time tells of each change in it at once. */
    boolean hasChangeTimes() {
        return changeTimes;
    }

    private Revalidation detectMount() throws IOException {
        String type = Files.getFileStore(config.root()).type();
        changeTimes = WITH_CHANGE_TIMES.contains(type);
        return new Revalidation(Revalidation.Client.of(type));
    }

    /** Replaces the observer of file operations. */
    public void observe(Operation.Observer next) {
        observer = next;
    }

    /** Work that another thread will do for the present one, so that the observer knows for which. */
    public <T> Callable<T> carry(Callable<T> work) {
        return observer.carry(work);
    }

    <T> T timed(Operation operation, Revalidation.Attempt<T> attempt) throws IOException {
        long begin = System.nanoTime();
        try {
            return attempt.run();
        } finally {
            observer.ended(operation, System.nanoTime() - begin);
        }
    }

    Path temporary() {
        return temporary;
    }

    /**
     * Checks the mount, and treats it as unusable until a later check succeeds. Blocks as long as the mount does;
     * meanwhile connections are refused.
     */
    public void validate() {
        validating = System.nanoTime() | 1;
        try {
            Revalidation.open(config.root()); // a client may have cached files of a directory that is gone
            Optional<String> found = marker.fault();
            revalidation = detectMount();
            space = readSpace();
            validated = Instant.now();
            fault = found;
        } catch (IOException e) {
            fault = Optional.of(e.toString());
        } finally {
            validating = 0;
        }
    }

    private NfsStatistics.Space readSpace() throws IOException {
        FileStore store = Files.getFileStore(config.root());
        return new NfsStatistics.Space(store.getTotalSpace(), store.getUsableSpace());
    }

    public NfsStatistics statistics() {
        return new NfsStatistics(
                config.maxConnections(),
                config.maxConnections() - permits.availablePermits(),
                permits.getQueueLength(),
                refused.sum(),
                validated,
                skew,
                space,
                unwritable,
                faulty() ? fault.or(() -> Optional.of("the mount does not answer")) : Optional.empty());
    }

    /**
     * Reads the server's clock from the time of a file that it has just written. If the server takes no writes, reads
     * may still work. Blocks as long as the mount does.
     */
    public void readClock() {
        Path file = temporary.resolve(UUID.randomUUID().toString());
        try {
            if (!Files.isDirectory(temporary)) {
                requireShare();
                Files.createDirectories(temporary);
            }
            Instant before = Instant.now();
            try (FileChannel channel = FileChannel.open(file, WRITE, CREATE_NEW)) {
                channel.write(ByteBuffer.wrap(new byte[1])); // the close sends it to the server
            }
            Instant middle = before.plus(Duration.between(before, Instant.now()).dividedBy(2));
            Instant server = Files.getLastModifiedTime(file).toInstant();
            reading = new Reading(server, System.nanoTime());
            skew = Duration.between(middle, server);
            unwritable = Optional.empty();
        } catch (IOException e) {
            unwritable = Optional.of(e.toString());
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            unwritable = Optional.of(e.toString());
        }
    }

    /**
     * Call before creating something in the root itself, which may be the empty directory below a missing mount.
     *
     * @throws NfsUnavailableException if it is not the share
     */
    void requireShare() throws IOException {
        Optional<String> wrong = marker.fault();
        if (wrong.isPresent()) {
            throw unavailable(wrong.get());
        }
    }

    private boolean faulty() {
        long since = validating;
        boolean hangs = since != 0
                && System.nanoTime() - since > config.connectionWait().toNanos();
        return hangs || fault.isPresent();
    }

    private void awaitPermit() throws NfsUnavailableException {
        if (permits.getQueueLength() >= config.maxWaiting()) {
            throw unavailable(config.maxWaiting() + " requests wait for a connection");
        }
        try {
            if (permits.tryAcquire(config.connectionWait().toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw unavailable("all " + config.maxConnections() + " connections are in use");
    }

    private NfsUnavailableException unavailable(String why) {
        refused.increment();
        Duration wait = config.connectionWait();
        return new NfsUnavailableException(why, wait);
    }
}
