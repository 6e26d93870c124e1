package org.fedoraproject.registry.events;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The events that are on the heap, of all lanes of all endpoints. There is one bound for all of them, of which each
 * endpoint has an equal share, so that one that hangs keeps no other from its events. The bound may be exceeded by an
 * entry of the queue for each endpoint.
 */
final class Heap {
    /** In characters of the events' JSON. */
    static final int MAX_CHARACTERS = 4 * 1024 * 1024;

    private final AtomicInteger endpoints = new AtomicInteger();
    private final AtomicLong characters = new AtomicLong();
    private volatile long most;

    /** What one endpoint takes of it. For one thread. */
    final class Share {
        private long taken;

        /** Whether another entry may be read. */
        boolean hasRoom() {
            return taken < MAX_CHARACTERS / endpoints.get();
        }

        /** @param change in characters */
        void take(int change) {
            taken += change;
            most = Math.max(most, characters.addAndGet(change));
        }

        /** Gives all back. */
        void close() {
            take((int) -taken);
            endpoints.decrementAndGet();
        }
    }

    /** For another endpoint. */
    Share share() {
        endpoints.incrementAndGet();
        return new Share();
    }

    /** The characters of the events now. */
    long characters() {
        return characters.get();
    }

    /** The most since the start. */
    long most() {
        return most;
    }
}
