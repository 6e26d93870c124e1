package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.LongAdder;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;

/** Whether blobs are redirected right now: a CDN is configured and up, and the operator's switch is on. */
@Singleton
public class Redirects {
    private final boolean configured;
    private final CdnProbe probe;
    private final Switches switches;
    private final LongAdder count = new LongAdder();

    /** Why blobs are redirected or not. */
    public enum State {
        ON,
        NO_CDN,
        SWITCHED_OFF,
        CDN_DOWN
    }

    @Inject
    public Redirects(CdnConfig config, CdnProbe probe, Switches switches) {
        this.configured = config.url().isPresent();
        this.probe = probe;
        this.switches = switches;
    }

    /** The present state. */
    public State state() {
        if (!configured) {
            return State.NO_CDN;
        }
        if (!switches.isOn(Switch.REDIRECT)) {
            return State.SWITCHED_OFF;
        }
        return probe.isUp() ? State.ON : State.CDN_DOWN;
    }

    /** The number of redirects since the start. */
    public long count() {
        return count.sum();
    }

    void countRedirect() {
        count.increment();
    }
}
