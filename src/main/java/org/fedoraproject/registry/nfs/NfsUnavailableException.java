package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.time.Duration;

/** No connection was to be had within the bounded wait: all are busy, or the mount does not answer. */
public final class NfsUnavailableException extends IOException {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    NfsUnavailableException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When it is worth to ask again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
