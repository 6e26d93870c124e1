package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.fedoraproject.registry.http.Network;

/**
 * Failed logins, counted for each address and each user. Who failed too often is not heard for a while; but an address from
 * which a user got in goes on doing so while others try that user's name. The memory is bounded: who failed longest ago is
 * forgotten first.
 */
@Singleton
public class Attempts {
    private final int max;
    private final long window;
    private final LongSupplier nanoTime;
    private final Map<String, Failures> failures = new Recent<>();
    private final Map<String, Boolean> trusted = new Recent<>();
    private final AtomicLong refused = new AtomicLong();

    private record Failures(int count, long since) {}

    @Inject
    public Attempts(AuthConfig config) {
        this(config.maxFailures(), config.failureWindow(), System::nanoTime);
    }

    Attempts(int max, Duration window, LongSupplier nanoTime) {
        this.max = max;
        this.window = window.toNanos();
        this.nanoTime = nanoTime;
    }

    /** How long this login has to wait; empty where it may be tried. */
    synchronized Optional<Duration> mustWait(String address, String user) {
        long wait = wait("a " + Network.ofClient(address));
        if (!trusted.containsKey(pair(address, user))) {
            wait = Math.max(wait, wait("u " + user));
        }
        if (wait <= 0) {
            return Optional.empty();
        }
        refused.incrementAndGet();
        return Optional.of(Duration.ofNanos(wait));
    }

    synchronized void failed(String address, String user) {
        count("a " + Network.ofClient(address));
        count("u " + user);
    }

    synchronized void succeeded(String address, String user) {
        trusted.put(pair(address, user), true);
    }

    /** Logins that were not even tried. */
    public long refused() {
        return refused.get();
    }

    synchronized int size() {
        return failures.size() + trusted.size();
    }

    private void count(String key) {
        Failures before = failures.get(key);
        boolean begins = before == null || nanoTime.getAsLong() - before.since() >= window;
        failures.put(
                key, begins ? new Failures(1, nanoTime.getAsLong()) : new Failures(before.count() + 1, before.since()));
    }

    private long wait(String key) {
        Failures before = failures.get(key);
        return before == null || before.count() < max ? 0 : window - (nanoTime.getAsLong() - before.since());
    }

    private static String pair(String address, String user) {
        return Network.ofClient(address) + " " + user;
    }
}
