package org.fedoraproject.registry.events;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What happened; the first four are docker-distribution's. */
public enum EventAction {
    PUSH,
    PULL,
    MOUNT,
    DELETE,
    /** A tag was created, or moved to another manifest. */
    TAG,
    /** A run of retention has ended. */
    RETENTION,
    /** A garbage collection has ended. */
    COLLECTION;

    /** Those that docker-distribution tells of, except pulls. */
    static final Set<EventAction> BY_DEFAULT = Set.of(PUSH, MOUNT, DELETE);

    static Optional<EventAction> of(String text) {
        return Stream.of(values()).filter(each -> each.toString().equals(text)).findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
