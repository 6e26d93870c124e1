package org.fedoraproject.registry.gc;

/** How a collection ended. */
public enum CollectionStatus {
    /** It has looked at everything. */
    COMPLETED,
    /** It was told to stop, or lost its claim; the next one continues it. */
    STOPPED,
    /** It has not begun, because it is not allowed, or not safe, to run; the reason says why. */
    REFUSED,
    /** Some manifests could not be read, so no blob was moved or deleted. */
    INCOMPLETE,
    /** The share failed; the next one continues it. */
    FAILED
}
