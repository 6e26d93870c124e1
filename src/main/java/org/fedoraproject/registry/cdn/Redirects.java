package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whether blobs are redirected right now: a CDN is configured, is up, and the operator's switch is on. The switch is a system
 * property, of which anything but {@code true} is off and which WildFly's CLI and admin console change while the application runs.
 */
@Singleton
public class Redirects {
    private final boolean configured;
    private final CdnProbe probe;
    private final Provider<Optional<Boolean>> wanted;
    private final LongAdder count = new LongAdder();

    /** Why blobs are redirected, or are not. */
    public enum State {
        ON,
        NO_CDN,
        SWITCHED_OFF,
        CDN_DOWN
    }

    @Inject
    public Redirects(
            CdnConfig config,
            CdnProbe probe,
            @ConfigProperty(name = "registry.cdn.redirect", defaultValue = "true") Provider<Optional<Boolean>> wanted) {
        this.configured = config.url().isPresent();
        this.probe = probe;
        this.wanted = wanted;
    }

    /** As of now. */
    public State state() {
        if (!configured) {
            return State.NO_CDN;
        }
        if (!wanted.get().orElse(false)) {
            return State.SWITCHED_OFF;
        }
        return probe.isUp() ? State.ON : State.CDN_DOWN;
    }

    /** Redirects since the start. */
    public long count() {
        return count.sum();
    }

    void redirected() {
        count.increment();
    }
}
