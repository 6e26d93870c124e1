package org.fedoraproject.registry.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Writes lines to a stream, many at once and at most a tenth of a second later, from a thread of its own. Nobody waits for the
 * stream. While it takes nothing, lines are kept up to a limit of bytes. Further lines are lost, and the log says how many.
 */
final class LineOutput implements AutoCloseable {
    /** Bytes that may wait. */
    static final int LIMIT = 1 << 20;

    private static final Logger LOG = Logger.getLogger(LineOutput.class);

    /** A pipe does not mix so many bytes with those that others write (PIPE_BUF in limits.h). */
    private static final int CHUNK = 4096;

    private static final long DELAY_NANOS = Duration.ofMillis(100).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OutputStream stream;
    private final Queue<byte[]> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();
    private final byte[] chunk = new byte[CHUNK];
    private final Thread writer;
    private volatile boolean isClosed;

    LineOutput(OutputStream stream) {
        this.stream = stream;
        this.writer = Thread.ofPlatform().name("access-log").daemon().start(this::run);
    }

    /** Adds a line, which includes its end. After {@link #close}, writes it at once. */
    void add(byte[] line) {
        int before = waiting.getAndAdd(line.length);
        int after = before + line.length;
        if (after > LIMIT) {
            waiting.addAndGet(-line.length);
            lost.incrementAndGet();
            return;
        }
        lines.add(line);
        if (isClosed) {
            drain();
        } else if (before == 0 || before < LIMIT / 2 && after >= LIMIT / 2) {
            LockSupport.unpark(writer);
        }
    }

    /** Writes what is left. Gives up if the stream takes nothing for ten seconds. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!isClosed) {
            while (waiting.get() == 0 && !isClosed) {
                LockSupport.park(this);
            }
            long end = System.nanoTime() + DELAY_NANOS;
            for (long left = DELAY_NANOS; left > 0 && mayDelay(); left = end - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            drain();
        }
        drain();
    }

    private boolean mayDelay() {
        return waiting.get() < LIMIT / 2 && !isClosed;
    }

    private synchronized void drain() {
        int filled = 0;
        int count = 0;
        for (byte[] line = lines.poll(); line != null; line = lines.poll()) {
            if (filled + line.length > CHUNK) {
                write(chunk, filled, count);
                filled = 0;
                count = 0;
            }
            if (line.length > CHUNK) {
                write(line, line.length, 1);
            } else {
                System.arraycopy(line, 0, chunk, filled, line.length);
                filled += line.length;
                count++;
            }
        }
        write(chunk, filled, count);
        long missing = lost.getAndSet(0);
        if (missing > 0) {
            LOG.warnf("The access log has lost %d lines, because the output did not take them", missing);
        }
    }

    private void write(byte[] bytes, int length, int count) {
        if (count == 0) {
            return;
        }
        try {
            stream.write(bytes, 0, length);
        } catch (IOException e) {
            LOG.debugf(e, "Cannot write the access log");
            lost.addAndGet(count);
        } finally {
            waiting.addAndGet(-length);
        }
    }
}
