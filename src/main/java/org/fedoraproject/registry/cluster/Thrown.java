package org.fedoraproject.registry.cluster;

import java.io.Serializable;

/**
 * That somebody set a switch.
 *
 * @param position what it was set to
 * @param at a logical time: milliseconds since the epoch, or just above the latest known, whichever is more; so a later throw
 *     has the greater one, whatever the hosts' clocks say
 * @param member the instance where it was done
 */
record Thrown(String position, long at, String member) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Whether this came after the other. Members break ties, so that all come to the same answer. */
    boolean isAfter(Thrown other) {
        return at != other.at ? at > other.at : member.compareTo(other.member) > 0;
    }
}
