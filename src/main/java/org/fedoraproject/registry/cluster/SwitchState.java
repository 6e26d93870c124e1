package org.fedoraproject.registry.cluster;

import java.util.EnumMap;
import java.util.Map;

/**
 * The switches as one instance knows them: the latest change of each. Instances that know the same changes have equal
 * states, in whatever order and however often they learned of them.
 */
final class SwitchState {
    private final Map<Switch, SwitchChange> latest = new EnumMap<>(Switch.class);

    /** Merges a change; returns whether it is newer than the known one. */
    synchronized boolean merge(Switch of, SwitchChange change) {
        SwitchChange known = latest.get(of);
        if (known != null && !change.isAfter(known)) {
            return false;
        }
        latest.put(of, change);
        return true;
    }

    /** The time for a change that comes after all known ones. */
    synchronized long nextTime(long now) {
        return latest.values().stream().mapToLong(change -> change.at() + 1).reduce(now, Math::max);
    }

    synchronized Map<Switch, SwitchChange> all() {
        return new EnumMap<>(latest);
    }
}
