package org.fedoraproject.registry.duty;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Spreads the work of a run in the background over time: so many operations or bytes a second. For one thread. */
public final class Throttle {
    /** Shorter waits are saved up, because a sleep is longer than asked for. */
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(5);

    /** The longest wait before the run is asked again whether it shall stop. */
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);

    /** Work that was late by up to this much is made up for. */
    private static final long CREDIT = TimeUnit.MILLISECONDS.toNanos(100);

    private final double nanosPerUnit;
    private final BooleanSupplier stop;
    private long next = System.nanoTime();

    /**
     * @param perSecond operations or bytes
     * @param stop whether the run shall stop
     */
    public Throttle(long perSecond, BooleanSupplier stop) {
        this.nanosPerUnit = (double) TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.stop = stop;
    }

    /**
     * Waits until so many operations or bytes more are due. Returns false as soon as the run shall stop, or the thread
     * is interrupted.
     */
    public boolean pass(long units) {
        next = Math.max(next, System.nanoTime() - CREDIT) + (long) (units * nanosPerUnit);
        return waitUntil(next);
    }

    /** Waits in any case. Returns false as soon as the run shall stop, or the thread is interrupted. */
    public boolean pause(Duration time) {
        return waitUntil(System.nanoTime() + time.toNanos());
    }

    private boolean waitUntil(long end) {
        while (!stop.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= SHORTEST) {
                return true;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, LONGEST));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }
}
