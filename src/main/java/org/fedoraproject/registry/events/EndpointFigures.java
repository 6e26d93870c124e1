package org.fedoraproject.registry.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How the delivery to one endpoint goes, on this instance. One thread writes it. */
public final class EndpointFigures {
    private volatile long delivered;
    private volatile long failures;
    private volatile long dead;
    private volatile long waiting;
    private volatile Optional<Instant> oldest = Optional.empty();

    EndpointFigures() {}

    /** The events that the endpoint has accepted. */
    public long delivered() {
        return delivered;
    }

    /** The requests that failed, or were refused. */
    public long failures() {
        return failures;
    }

    /** The dead letters on the share; 0 if another instance delivers. */
    public long dead() {
        return dead;
    }

    /** The entries of the queue that the endpoint does not have yet; 0 if another instance delivers. */
    public long waiting() {
        return waiting;
    }

    /** How old the oldest of these is; 0 if there is none. */
    public Duration lag() {
        return oldest.map(time -> Duration.between(time, Instant.now()))
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void accepted(int events) {
        delivered += events;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void failed() {
        failures++;
    }

    void setDead(long letters) {
        dead = letters;
    }

    void setWaiting(long entries, Optional<Instant> since) {
        waiting = entries;
        oldest = since;
    }
}
