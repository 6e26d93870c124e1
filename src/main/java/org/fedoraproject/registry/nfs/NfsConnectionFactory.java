package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands out connections to the tree below one root directory; a bulkhead, for a file operation on a hard NFS mount blocks as
 * long as the server is away. At most {@code maxConnections} threads are inside; the others are refused within
 * {@code connectionWait}. Safe for all threads.
 */
public final class NfsConnectionFactory {
    /** Below the root and outside docker-distribution's {@code docker/}, which readers list. */
    private static final String TEMPORARY = ".tmp";

    private final NfsConfig config;
    private final Semaphore permits;
    private final LongAdder timedOut = new LongAdder();
    private final Path temporary;

    private volatile Instant validated = Instant.now();
    private volatile Optional<String> fault = Optional.empty();
    /** {@link System#nanoTime} of the validation under way; 0 while there is none. */
    private volatile long validating;

    /** @throws IOException where the root is not a directory that can be written to */
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
        Files.createDirectories(temporary);
    }

    public Path root() {
        return config.root();
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

    Path temporary() {
        return temporary;
    }

    /**
     * Looks at the mount, and holds it unusable until a later look finds it well. Blocks as long as the mount does; meanwhile
     * connections are refused.
     */
    public void validate() {
        validating = System.nanoTime() | 1;
        try (var entries = Files.newDirectoryStream(config.root())) {
            boolean ours = entries.iterator().hasNext(); // at least the directory of temporary files
            validated = Instant.now();
            fault = ours ? Optional.empty() : Optional.of("the root is empty: is the share mounted?");
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
                faulty() ? fault.or(() -> Optional.of("the mount does not answer")) : Optional.empty());
    }

    private boolean faulty() {
        long since = validating;
        boolean hangs = since != 0
                && System.nanoTime() - since > config.connectionWait().toNanos();
        return hangs || fault.isPresent();
    }

    private void awaitPermit() throws NfsUnavailableException {
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
