package org.fedoraproject.registry.scrub;

/** How a scrub ended. */
public enum ScrubStatus {
    /** It has not ended yet, or was cut short; the next one continues it. */
    RUNNING,
    /** It has looked at everything. */
    COMPLETED,
    /** It was told to stop, or lost its claim; the next one continues it. */
    STOPPED,
    /** It has not begun, because it must not run now; the reason says why. */
    REFUSED,
    /** The share failed; the next one continues it. */
    FAILED
}
