package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
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
    private final Map<DirectReason, LongAdder> direct = new EnumMap<>(DirectReason.class);

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
        for (DirectReason reason : DirectReason.values()) {
            direct.put(reason, new LongAdder());
        }
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

    /** Why no blob is redirected now; empty if blobs are, or if there is no CDN. */
    Optional<DirectReason> reason() {
        return switch (state()) {
            case SWITCHED_OFF -> Optional.of(DirectReason.SWITCHED_OFF);
            case CDN_DOWN -> Optional.of(DirectReason.CDN_DOWN);
            case ON, NO_CDN -> Optional.empty();
        };
    }

    /** The number of redirects since the start. */
    public long count() {
        return count.sum();
    }

    /** The number of GETs of blobs since the start that were not redirected for this reason. */
    public long count(DirectReason reason) {
        return direct.get(reason).sum();
    }

    void countRedirect() {
        count.increment();
    }

    void countDirect(DirectReason reason) {
        direct.get(reason).increment();
    }
}
