package org.fedoraproject.registry.http;

import java.util.concurrent.atomic.AtomicInteger;

/** How many places are taken, of so many that there are. */
final class Occupancy {
    private final int places;
    private final AtomicInteger taken = new AtomicInteger();

    Occupancy(int places) {
        this.places = places;
    }

    /** Whether there was a place, which then is taken until {@link #leave}. */
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
