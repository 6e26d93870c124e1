package org.fedoraproject.registry.cluster;

import java.io.Serializable;

/**
 * A change of a switch.
 *
 * @param position the new position
 * @param at a logical time: milliseconds since the epoch, or just above the latest known time, whichever is more; so a
 *     later change has the greater time, whatever the hosts' clocks say
 * @param member the instance where the switch was set
 */
record SwitchChange(String position, long at, String member) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Whether this change came after the other. Members break ties, so that all instances agree. */
    boolean isAfter(SwitchChange other) {
        return at != other.at ? at > other.at : member.compareTo(other.member) > 0;
    }
}
