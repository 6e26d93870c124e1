package org.fedoraproject.registry.gc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Limits the operations in a second. For one thread. */
final class Pace {
    /** Shorter waits are not worth a sleep. */
    private static final long LEAST_WAIT = TimeUnit.MILLISECONDS.toNanos(5);

    private final long nanosPerOperation;
    private long next = System.nanoTime();

    Pace(int operationsPerSecond) {
        this.nanosPerOperation = TimeUnit.SECONDS.toNanos(1) / operationsPerSecond;
    }

    /**
     * Waits until the next operation is due.
     *
     * @throws StoppedException if the thread is interrupted
     */
    void take() {
        long now = System.nanoTime();
        next = Math.max(next, now - LEAST_WAIT) + nanosPerOperation;
        if (next - now > LEAST_WAIT) {
            try {
                Thread.sleep(Duration.ofNanos(next - now));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoppedException("interrupted");
            }
        }
    }
}
