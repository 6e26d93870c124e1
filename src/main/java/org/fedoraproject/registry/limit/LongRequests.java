package org.fedoraproject.registry.limit;

import io.undertow.servlet.handlers.ServletRequestContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * The requests whose thread may wait for their client: for a body, or for an answer until the rest fits into the socket
 * buffer. They may take three quarters of the threads, however many clients there are. The rest is left for quick
 * requests.
 */
@Singleton
public class LongRequests {
    /** Some will have ended by then. */
    static final Duration RETRY = Duration.ofSeconds(5);

    /** Answers up to this size fit into the socket's buffer. */
    private static final int SHORT = 64 * 1024;

    private final Limits limits;
    private final int most;
    private final Semaphore free;

    @Inject
    public LongRequests(LimitConfig config, Limits limits) {
        this.limits = limits;
        this.most = Math.max(1, config.maxThreads() - config.maxThreads() / 4);
        this.free = new Semaphore(most);
    }

    /** The number of such requests. */
    public int count() {
        return most - free.availablePermits();
    }

    /**
     * Must be called before an answer of this size is sent for the current request.
     *
     * @throws RegistryException {@code UNAVAILABLE}, with {@code Retry-After}
     */
    public void send(long bytes) {
        AdmittedRequest admitted =
                ServletRequestContext.requireCurrent().getExchange().getAttachment(AdmittedRequest.KEY);
        if (bytes > SHORT && !admitted.mayWait()) {
            throw RegistryException.unavailable(RETRY, null);
        }
    }

    /** Whether there is a thread for one more; if not, counts a refusal. */
    boolean enter() {
        boolean entered = free.tryAcquire();
        if (!entered) {
            limits.refused(LimitKind.LONG_REQUESTS);
        }
        return entered;
    }

    void leave() {
        free.release();
    }
}
