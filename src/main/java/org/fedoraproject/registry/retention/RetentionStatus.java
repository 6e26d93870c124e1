package org.fedoraproject.registry.retention;

/** How a run of retention ended. */
public enum RetentionStatus {
    /** It has looked at everything. */
    COMPLETED,
    /** It was told to stop, or what it goes by has changed; the next one continues it. */
    STOPPED,
    /** It has not begun, because it is not allowed, or not safe, to run; the reason says why. */
    REFUSED,
    /** The storage failed for some tags, which stay; it has looked at everything else. */
    INCOMPLETE,
    /** The share failed; the next one continues it. */
    FAILED
}
