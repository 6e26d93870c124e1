package org.fedoraproject.registry.limit;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Limits the passwords verified at once, as hashes are slow on purpose. Some more requests wait, each with a thread;
 * further ones are refused at once.
 */
public final class HashingLimit {
    /** Leaves half of the machine for everything else. */
    private static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private static final int MAX_WAITING = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Duration patience;
    private final Semaphore places;
    private final Semaphore turns;

    public HashingLimit() {
        this(AT_ONCE, MAX_WAITING, PATIENCE);
    }

    HashingLimit(int atOnce, int maxWaiting, Duration patience) {
        this.patience = patience;
        this.turns = new Semaphore(atOnce, true);
        this.places = new Semaphore(atOnce + maxWaiting);
    }

    /** @throws RegistryException {@code TOOMANYREQUESTS} if too many wait, or the wait is too long */
    public <T> T run(Supplier<T> work) {
        if (!places.tryAcquire()) {
            throw tooMany();
        }
        try {
            if (!turns.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooMany();
            }
            try {
                return work.get();
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw tooMany();
        } finally {
            places.release();
        }
    }

    private RegistryException tooMany() {
        return RegistryException.of(ErrorCode.TOOMANYREQUESTS, "too many passwords are verified right now")
                .withHeader("Retry-After", Long.toString(Math.max(1, patience.toSeconds())));
    }
}
