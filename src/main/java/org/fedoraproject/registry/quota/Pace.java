package org.fedoraproject.registry.quota;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Spreads the operations of a count over time, and ends it when it must end. For one thread. */
final class Pace {
    /** Shorter waits are saved up, because a sleep is longer than asked for. */
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long CHECK = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RENEW = TimeUnit.SECONDS.toNanos(10);

    private final long pause;
    private final Supplier<Optional<String>> stop;
    private final BooleanSupplier renew;
    private long next = System.nanoTime();
    private long checkedAt = next - CHECK;
    private long renewedAt = next;

    /** The count must end; the message says why. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException(String message) {
            super(message);
        }
    }

    /**
     * @param stop why the count must end; empty while it may go on
     * @param renew renews the claim; false if another instance has it now
     */
    Pace(int operationsPerSecond, Supplier<Optional<String>> stop, BooleanSupplier renew) {
        this.pause = TimeUnit.SECONDS.toNanos(1) / operationsPerSecond;
        this.stop = stop;
        this.renew = renew;
    }

    /**
     * To be called before each operation on the share.
     *
     * @throws StoppedException within about a second of the reason
     */
    void step() {
        long now = System.nanoTime();
        next = Math.max(next, now) + pause;
        if (now - checkedAt >= CHECK) {
            checkedAt = now;
            check(now);
        }
        if (next - now > SHORTEST) {
            sleep(next - now);
        }
    }

    private void check(long now) {
        stop.get().ifPresent(why -> {
            throw new StoppedException(why);
        });
        if (now - renewedAt > RENEW) {
            renewedAt = now;
            if (!renew.getAsBoolean()) {
                throw new StoppedException("another instance counts");
            }
        }
    }

    private static void sleep(long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("the server stops");
        }
    }
}
