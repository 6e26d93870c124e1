package org.fedoraproject.registry.cluster;

import java.util.EnumMap;
import java.util.Map;

/**
 * The switches as one instance knows them: of each the latest throw that it heard of. Boards that have heard of the same
 * throws are equal, in whatever order they heard of them, and however often.
 */
final class SwitchBoard {
    private final Map<Switch, Thrown> latest = new EnumMap<>(Switch.class);

    /** Takes note of a throw; returns whether that is news. */
    synchronized boolean hear(Switch of, Thrown thrown) {
        Thrown known = latest.get(of);
        if (known != null && !thrown.isAfter(known)) {
            return false;
        }
        latest.put(of, thrown);
        return true;
    }

    /** The time for a throw that comes after all that were heard of. */
    synchronized long next(long now) {
        return latest.values().stream().mapToLong(thrown -> thrown.at() + 1).reduce(now, Math::max);
    }

    synchronized Map<Switch, Thrown> all() {
        return new EnumMap<>(latest);
    }
}
