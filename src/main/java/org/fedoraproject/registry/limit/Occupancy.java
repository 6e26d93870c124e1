package org.fedoraproject.registry.limit;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the taken places of a fixed number. */
final class Occupancy {
    private final int places;
    private final AtomicInteger taken = new AtomicInteger();

    Occupancy(int places) {
        this.places = places;
    }

    /** Whether a place was free. If so, it is taken until {@link #leave}. */
    boolean enter() {
        return taken.getAndUpdate(before -> before < places ? before + 1 : before) < places;
    }

    void leave() {
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }
}
