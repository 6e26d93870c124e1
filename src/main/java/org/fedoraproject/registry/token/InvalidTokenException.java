package org.fedoraproject.registry.token;

/** Thrown for a token that is not accepted. */
public final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidTokenException(String reason, Throwable cause) {
        super(reason, cause, false, false); // strangers send these, and nobody reads a trace
    }
}
