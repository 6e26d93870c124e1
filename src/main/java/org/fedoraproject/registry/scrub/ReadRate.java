package org.fedoraproject.registry.scrub;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Slows a reader down to so many bytes a second. */
final class ReadRate {
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long bytesPerSecond;
    private final BooleanSupplier stop;
    private long free = System.nanoTime();

    ReadRate(long bytesPerSecond, BooleanSupplier stop) {
        this.bytesPerSecond = bytesPerSecond;
        this.stop = stop;
    }

    /** Waits until so many bytes may have been read; returns false as soon as the reader shall stop. */
    boolean pass(long bytes) {
        long now = System.nanoTime();
        free = Math.max(free, now - SLICE_NANOS)
                + (long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
        while (!stop.getAsBoolean()) {
            long left = free - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, SLICE_NANOS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }
}
