package org.fedoraproject.registry.limit;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.fedoraproject.registry.http.Network;

/**
 * Counts failed logins for each address and each user. After too many, further logins are refused for a while. An
 * address from which a user logged in stays admitted for that user while other addresses fail. A login under way counts
 * as a failure until it ends, so parallel logins gain nothing. The memory is bounded: the least recently used entry is
 * dropped first.
 */
@Singleton
public class LoginThrottle {
    /** In characters. Nobody with a longer name can log in, so those that begin alike may count as one. */
    private static final int MAX_NAME = 300;

    private final int max;
    private final long window;
    private final LongSupplier nanoTime;
    private final Map<String, Failures> failures = new LruMap<>();
    private final Map<String, Boolean> trusted = new LruMap<>();
    /** Logins under way only. */
    private final Map<String, Integer> underWay = new HashMap<>();

    private final AtomicLong refused = new AtomicLong();

    private record Failures(int count, long since) {}

    @Inject
    public LoginThrottle(LimitConfig config) {
        this(config.maxFailures(), config.failureWindow(), System::nanoTime);
    }

    LoginThrottle(int max, Duration window, LongSupplier nanoTime) {
        this.max = max;
        this.window = window.toNanos();
        this.nanoTime = nanoTime;
    }

    /** How long this login has to wait; empty if it may be tried. */
    public synchronized Optional<Duration> mustWait(String address, String user) {
        long wait = wait(address(address));
        if (!trusted.containsKey(pair(address, user))) {
            wait = Math.max(wait, wait(user(user)));
        }
        if (wait <= 0) {
            return Optional.empty();
        }
        refused.incrementAndGet();
        return Optional.of(Duration.ofNanos(wait));
    }

    /**
     * Begins a login; {@link #end} ends it. Waits for logins under way if their outcome decides whether it may be
     * tried.
     *
     * @return how long this login has to wait; empty if it has begun
     */
    public synchronized Optional<Duration> begin(String address, String user) throws InterruptedException {
        while (true) {
            Optional<Duration> wait = mustWait(address, user);
            if (wait.isPresent()) {
                return wait;
            }
            if (hasRoom(address(address)) && (trusted.containsKey(pair(address, user)) || hasRoom(user(user)))) {
                underWay.merge(address(address), 1, Integer::sum);
                underWay.merge(user(user), 1, Integer::sum);
                return Optional.empty();
            }
            wait();
        }
    }

    /** Ends a login that has begun. */
    public synchronized void end(String address, String user, boolean succeeded) {
        for (String key : List.of(address(address), user(user))) {
            underWay.computeIfPresent(key, (same, count) -> count > 1 ? count - 1 : null);
        }
        if (succeeded) {
            trusted.put(pair(address, user), true);
        } else {
            failed(address, user);
        }
        notifyAll();
    }

    /** Counts a failure outside of a login. */
    public synchronized void failed(String address, String user) {
        count(address(address));
        count(user(user));
    }

    /** The number of logins refused untried. */
    public long refused() {
        return refused.get();
    }

    synchronized int size() {
        return failures.size() + trusted.size() + underWay.size();
    }

    private void count(String key) {
        Failures before = recent(key);
        failures.put(
                key,
                before == null
                        ? new Failures(1, nanoTime.getAsLong())
                        : new Failures(before.count() + 1, before.since()));
    }

    private boolean hasRoom(String key) {
        Failures before = recent(key);
        return (before == null ? 0 : before.count()) + underWay.getOrDefault(key, 0) < max;
    }

    private long wait(String key) {
        Failures before = recent(key);
        return before == null || before.count() < max ? 0 : window - (nanoTime.getAsLong() - before.since());
    }

    /** The failures in the current window; {@code null} if there are none. */
    private Failures recent(String key) {
        Failures before = failures.get(key);
        return before == null || nanoTime.getAsLong() - before.since() >= window ? null : before;
    }

    private static String address(String address) {
        return "a " + Network.ofClient(address);
    }

    private static String user(String user) {
        return "u " + kept(user);
    }

    private static String pair(String address, String user) {
        return Network.ofClient(address) + " " + kept(user);
    }

    private static String kept(String user) {
        return user.length() > MAX_NAME ? user.substring(0, MAX_NAME) : user;
    }
}
