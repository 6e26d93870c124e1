package org.fedoraproject.registry.limit;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Waits for a client as long as it keeps its pace. After a wait is given up, all later waits fail. */
final class PacedWait {
    /**
     * Limits each wait, so that a transfer is tried after it. The kernel reports a socket as writable only when a third
     * of its buffer is free, which may be megabytes.
     */
    private static final long AT_A_TIME = TimeUnit.SECONDS.toNanos(1);

    /** Waits until bytes can move, or until the time in nanoseconds has passed. */
    interface Step {
        void await(long nanos) throws IOException;
    }

    private final Pace pace;
    private final BooleanSupplier mayWait;
    private final Runnable tooSlow;
    private final AtomicBoolean givenUp = new AtomicBoolean();

    /**
     * @param mayWait asked before each wait
     * @param tooSlow called once
     */
    PacedWait(Pace pace, BooleanSupplier mayWait, Runnable tooSlow) {
        this.pace = pace;
        this.mayWait = mayWait;
        this.tooSlow = tooSlow;
    }

    /** Counts bytes read or written. Returns their number, which is negative at the end of the input. */
    long moved(long bytes) {
        pace.moved(bytes);
        return bytes;
    }

    void await(Step step) throws IOException {
        await(AT_A_TIME, step);
    }

    /** @param most in nanoseconds */
    void await(long most, Step step) throws IOException {
        if (givenUp.get() || !mayWait.getAsBoolean()) {
            throw new IOException("no thread waits for this client");
        }
        long began = System.nanoTime();
        step.await(Math.min(most, AT_A_TIME));
        pace.waited(System.nanoTime() - began);
        if (pace.isTooSlow()) {
            giveUp();
            throw new IOException("the client is too slow");
        }
    }

    /** The remaining patience, in nanoseconds. */
    long left() {
        return pace.left();
    }

    void giveUp() {
        if (givenUp.compareAndSet(false, true)) {
            tooSlow.run();
        }
    }
}
