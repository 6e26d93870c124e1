package org.fedoraproject.registry.store;

import java.io.IOException;

/** A source has no right copy of one blob; it may have others. */
public final class NoCopyException extends IOException {
    private static final long serialVersionUID = 1;

    public NoCopyException(String message) {
        super(message);
    }
}
