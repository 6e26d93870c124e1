package org.fedoraproject.registry.retention;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Spreads the operations of a run over time, and ends the run when it shall stop. For one thread. */
final class Throttle {
    /** Shorter waits are saved up, because a sleep is longer than asked for. */
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(200);

    private final long pause;
    private final Supplier<Optional<String>> stop;
    private long next = System.nanoTime();

    /** The run shall stop; the message says why. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private StoppedException(String message) {
            super(message);
        }
    }

    /** @param stop why the run shall stop; empty while it shall go on */
    Throttle(int operationsPerSecond, Supplier<Optional<String>> stop) {
        this.pause = TimeUnit.SECONDS.toNanos(1) / operationsPerSecond;
        this.stop = stop;
    }

    /**
     * To be called before each operation on the share.
     *
     * @throws StoppedException within about a second of the signal to stop
     */
    void await() {
        next = Math.max(next, System.nanoTime()) + pause;
        checkStop();
        while (next - System.nanoTime() > SHORTEST) {
            sleep(Math.min(next - System.nanoTime(), LONGEST));
        }
    }

    /** Waits in any case. */
    void await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (end - System.nanoTime() > 0) {
            sleep(Math.min(end - System.nanoTime(), LONGEST));
        }
    }

    private void sleep(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("the server stops");
        }
        checkStop();
    }

    private void checkStop() {
        stop.get().ifPresent(why -> {
            throw new StoppedException(why);
        });
    }
}
