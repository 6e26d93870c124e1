package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.time.Duration;

/** No connection was available within the bounded wait: all are in use, or the mount does not answer. */
public final class NfsUnavailableException extends IOException {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    NfsUnavailableException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** After this time a retry may succeed. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
