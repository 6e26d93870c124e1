package org.fedoraproject.registry.nfs;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands out connections to the tree below one root directory; a bulkhead, for a file operation on a hard NFS mount blocks as
 * long as the server is away. At most {@code maxConnections} threads are inside; the others are refused within
 * {@code connectionWait}.
 *
 * <p>Who calls {@link #use} does not hang with the mount: unless it has answered just now, the work is done by a thread of
 * ours, which the caller leaves to itself once the mount is known not to answer. While the mount answers all the time, as under
 * load, work is done by its caller, and costs nothing more; so of those that are inside when the mount ceases to answer, some
 * wait until it is back. Safe for all threads.
 */
public final class NfsConnectionFactory implements AutoCloseable {
    /** Below the root and outside docker-distribution's {@code docker/}, which readers list. */
    private static final String TEMPORARY = ".tmp";

    /** For so long after an answer of the mount the next one is taken for granted. */
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** How often who waits for a thread of ours looks whether the mount is known not to answer. */
    private static final long LOOK_MILLIS = 200;

    private final NfsConfig config;
    private final Semaphore permits;
    private final LongAdder timedOut = new LongAdder();
    private final Path temporary;

    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("nfs-", 1).daemon().factory());

    private volatile long answered = System.nanoTime() - RECENT_NANOS;
    private final ShareMarker marker;
    private volatile SecondLook secondLook;

    private volatile Duration skew = Duration.ZERO;
    private volatile Optional<String> unwritable = Optional.empty();
    private volatile Instant validated = Instant.now();
    private volatile Optional<String> fault = Optional.empty();
    /** {@link System#nanoTime} of the validation under way; 0 while there is none. */
    private volatile long validating;

    /** @throws IOException where the root is not a directory that can be written to, or not that of a {@link ShareMarker share} */
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
        SecondLook.requireKnownWords();
        secondLook = lookAtMount();
        marker = ShareMarker.of(config.root(), temporary, secondLook);
        Files.createDirectories(temporary);
        readClock();
    }

    public Path root() {
        return config.root();
    }

    /** What is done with a connection. */
    public interface Work<T> {
        T run(NfsConnection connection) throws IOException;
    }

    /**
     * Does a few file operations, with a connection for their time. Never read or write a socket that may block in it.
     *
     * @throws NfsUnavailableException as {@link #getConnection}, and when the mount ceases to answer meanwhile: then the work
     *     may be done nevertheless, when it answers again
     */
    public <T> T use(Work<T> work) throws IOException {
        NfsConnection connection = getConnection();
        return hasJustAnswered() ? run(work, connection) : await(() -> run(work, connection));
    }

    /** Closes a file, in a thread of ours unless the mount has just answered; takes no connection, for it must be done. */
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
     * Has a thread of ours do it, and waits as long as it takes, unless the mount is known not to answer; however long operations
     * may take on one that does. A file that is opened for a caller who has left is closed.
     */
    private <T> T await(Callable<T> work) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            while (true) {
                try {
                    return result.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (faulty()) {
                        throw leave(result, "the mount does not answer");
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw leave(result, "interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody is there to be told
    private <T> NfsUnavailableException leave(CompletableFuture<T> result, String why) {
        result.whenComplete((opened, failure) -> close(opened));
        return unavailable(why);
    }

    private static void close(Object result) {
        Object opened = result instanceof Optional<?> some && some.isPresent() ? some.get() : result;
        if (opened instanceof NfsFile file) {
            file.closeNow();
        }
    }

    /** Lets the threads end that wait for work. */
    @Override
    public void close() {
        threads.shutdown();
    }

    /**
     * A connection, which holds one of the pool's permits until it is closed: keep it for a few file operations, and never
     * while a socket is read or written.
     *
     * @throws NfsUnavailableException where none is free within the bounded wait, or the mount is known not to answer
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

    /** By the server's clock, which gives files their times; hosts' own may differ. */
    Instant now() {
        return Instant.now().plus(skew);
    }

    SecondLook secondLook() {
        return secondLook;
    }

    private SecondLook lookAtMount() throws IOException {
        return new SecondLook(
                SecondLook.Client.of(Files.getFileStore(config.root()).type()));
    }

    Path temporary() {
        return temporary;
    }

    /**
     * Looks at the mount, and holds it unusable until a later look finds it well. Blocks as long as the mount does; meanwhile
     * connections are refused.
     */
    public void validate() {
        validating = System.nanoTime() | 1;
        try {
            SecondLook.open(config.root()); // a client may know files of a directory that is gone
            Optional<String> found = marker.fault();
            secondLook = lookAtMount();
            validated = Instant.now();
            fault = found;
        } catch (IOException e) {
            fault = Optional.of(e.toString());
        } finally {
            validating = 0;
        }
    }

    public NfsStatistics statistics() {
        return new NfsStatistics(
                config.maxConnections(),
                config.maxConnections() - permits.availablePermits(),
                permits.getQueueLength(),
                timedOut.sum(),
                validated,
                skew,
                unwritable,
                faulty() ? fault.or(() -> Optional.of("the mount does not answer")) : Optional.empty());
    }

    /**
     * Reads the server's clock from a file that it has just written. Where it takes no writes, reads may well go on. Blocks as
     * long as the mount does.
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
                channel.write(ByteBuffer.wrap(new byte[1])); // at the server with the close
            }
            Instant middle = before.plus(Duration.between(before, Instant.now()).dividedBy(2));
            skew = Duration.between(middle, Files.getLastModifiedTime(file).toInstant());
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
     * For whoever makes something in the root itself: it may be the empty directory below a mount that is gone.
     *
     * @throws NfsUnavailableException where it is not the share
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
        timedOut.increment();
        Duration wait = config.connectionWait();
        return new NfsUnavailableException(why, wait);
    }
}
