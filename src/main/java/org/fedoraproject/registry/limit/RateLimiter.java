package org.fedoraproject.registry.limit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.fedoraproject.registry.http.Network;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Limits the requests and uploads of each caller at this instance. A caller is a user or, if there is none or not yet,
 * the client's address. A burst may use a whole window's allowance; further requests pass at an even rate. The memory
 * is bounded: the least recently used entry is dropped first. Undertow's own limit counts all clients together, and only
 * requests at once.
 */
@Singleton
public class RateLimiter {
    /** An upload will probably have ended by then. */
    private static final Duration UPLOAD_RETRY = Duration.ofSeconds(5);

    private final LimitConfig config;
    private final Limits limits;
    private final LongSupplier nanoTime;
    /** When each caller's requests would all have arrived at an even rate. */
    private final Map<String, Long> due = new LruMap<>();
    /** Uploads under way only. */
    private final Map<String, Integer> uploads = new HashMap<>();

    @Inject
    public RateLimiter(LimitConfig config, Limits limits) {
        this(config, limits, System::nanoTime);
    }

    RateLimiter(LimitConfig config, Limits limits, LongSupplier nanoTime) {
        this.config = config;
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** An admitted request, until it is closed. */
    public interface Admission extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Admits a request before it is processed.
     *
     * @param user empty if the caller is anonymous or not yet known
     * @param address of the client
     * @throws RegistryException {@code TOOMANYREQUESTS}, with {@code Retry-After}
     */
    public Admission admit(String user, String address, boolean isUpload) {
        count(user, address);
        if (config.maxUploads() == 0 || !isUpload) {
            return () -> {};
        }
        String key = key(user, address);
        if (!begin(key)) {
            throw refusal(LimitKind.UPLOADS, "at most " + config.maxUploads() + " uploads at once", UPLOAD_RETRY);
        }
        return () -> end(key);
    }

    /**
     * Counts a request that is only answered.
     *
     * @throws RegistryException as {@link #admit}
     */
    public void count(String user, String address) {
        if (config.maxRequests() == 0) {
            return;
        }
        long wait = take(key(user, address));
        if (wait > 0) {
            String most = config.maxRequests() + " requests in " + config.requestWindow();
            throw refusal(LimitKind.REQUESTS, "at most " + most, Duration.ofNanos(wait));
        }
    }

    /** The nanoseconds until there is room for a request; 0 if there was, and it is now taken. */
    private synchronized long take(String key) {
        long now = nanoTime.getAsLong();
        long window = config.requestWindow().toNanos();
        long each = window / config.maxRequests();
        long ahead = Math.max(0, due.getOrDefault(key, now) - now) + each;
        if (ahead > window) {
            return ahead - window;
        }
        due.put(key, now + ahead);
        return 0;
    }

    private synchronized boolean begin(String key) {
        int before = uploads.getOrDefault(key, 0);
        if (before >= config.maxUploads()) {
            return false;
        }
        uploads.put(key, before + 1);
        return true;
    }

    private synchronized void end(String key) {
        uploads.computeIfPresent(key, (same, count) -> count > 1 ? count - 1 : null);
    }

    synchronized int size() {
        return due.size() + uploads.size();
    }

    private RegistryException refusal(LimitKind limit, String detail, Duration wait) {
        limits.refused(limit);
        return RegistryException.of(ErrorCode.TOOMANYREQUESTS, detail)
                .withHeader(
                        "Retry-After", Long.toString(wait.plusNanos(999_999_999).toSeconds()));
    }

    private static String key(String user, String address) {
        return user.isEmpty() ? "a " + Network.ofClient(address) : "u " + user;
    }
}
