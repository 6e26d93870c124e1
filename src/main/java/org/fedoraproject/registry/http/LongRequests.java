package org.fedoraproject.registry.http;

import io.undertow.servlet.handlers.ServletRequestContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Requests whose thread may wait for their client: for a body, or until so much of an answer is taken that the rest fits into the
 * socket's buffer. They have three quarters of the threads and no more, however many clients there are, so that some are left for
 * what is done in no time.
 */
@Singleton
public class LongRequests {
    /** Some will have ended by then. */
    static final Duration RETRY = Duration.ofSeconds(5);

    /** Answers up to this size fit into the socket's buffer. */
    private static final int SHORT = 64 * 1024;

    private final Limits limits;
    private final Occupancy threads;

    @Inject
    public LongRequests(LimitConfig config, Limits limits) {
        this.limits = limits;
        this.threads = new Occupancy(Math.max(1, config.maxThreads() - config.maxThreads() / 4));
    }

    /** How many there are. */
    public int count() {
        return threads.taken();
    }

    /**
     * To be called before so many bytes are sent in answer to the current request.
     *
     * @throws RegistryException {@code UNAVAILABLE}, with {@code Retry-After}
     */
    public void send(long bytes) {
        Visit visit = ServletRequestContext.requireCurrent().getExchange().getAttachment(Visit.KEY);
        if (bytes > SHORT && !visit.mayWait()) {
            throw RegistryException.unavailable(RETRY, null);
        }
    }

    /** Whether there is a thread for one more; where there is none, a refusal is counted. */
    boolean enter() {
        boolean entered = threads.enter();
        if (!entered) {
            limits.refused(Limit.LONG_REQUESTS);
        }
        return entered;
    }

    void leave() {
        threads.leave();
    }
}
