package org.fedoraproject.registry.quota;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.fedoraproject.registry.duty.Throttle;
import org.fedoraproject.registry.oci.RegistryException;
import org.jboss.logging.Logger;

/**
 * Spreads the operations of a count over time, goes on after a failure that passes, and ends the count when it must
 * end. For one thread.
 */
final class Pace {
    private static final Logger LOG = Logger.getLogger(Pace.class);

    private static final long CHECK = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RENEW = TimeUnit.SECONDS.toNanos(10);

    /** With these pauses, a share may be away for two and a half minutes. */
    private static final int MAX_ATTEMPTS = 10;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Throttle throttle;
    private final Supplier<Optional<String>> stop;
    private final BooleanSupplier renew;
    private final Duration firstPause;
    private long renewedAt = System.nanoTime();
    private long checkedAt = renewedAt - CHECK;
    private Optional<String> reason = Optional.empty();

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
        this(operationsPerSecond, stop, renew, FIRST_PAUSE);
    }

    Pace(int operationsPerSecond, Supplier<Optional<String>> stop, BooleanSupplier renew, Duration firstPause) {
        this.throttle = new Throttle(operationsPerSecond, this::mustEnd);
        this.stop = stop;
        this.renew = renew;
        this.firstPause = firstPause;
    }

    /**
     * To be called before each operation on the share.
     *
     * @throws StoppedException within about a second of the reason
     */
    void step() {
        require(throttle.pass(1));
    }

    /**
     * Does work that reads or writes the share, several times if it fails.
     *
     * @throws RegistryException the last failure
     * @throws StoppedException as {@link #step}
     */
    <T> T retry(Supplier<T> work) {
        Duration pause = firstPause;
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (RegistryException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                LOG.warnf(
                        "The count of what repositories use waits %d s for the share: %s",
                        pause.toSeconds(), e.getMessage());
            }
            require(throttle.pause(pause));
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private void require(boolean goesOn) {
        if (!goesOn) {
            throw new StoppedException(reason.orElse("the server stops"));
        }
    }

    private boolean mustEnd() {
        long now = System.nanoTime();
        if (now - checkedAt >= CHECK) {
            checkedAt = now;
            reason = stop.get();
            if (reason.isEmpty() && now - renewedAt > RENEW && !hasClaim()) {
                reason = Optional.of("another instance counts");
            }
        }
        return reason.isPresent();
    }

    private boolean hasClaim() {
        try {
            renewedAt = System.nanoTime();
            return renew.getAsBoolean();
        } catch (RegistryException e) {
            return true; // it is asked again
        }
    }
}
