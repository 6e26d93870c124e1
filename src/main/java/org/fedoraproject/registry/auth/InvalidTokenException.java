package org.fedoraproject.registry.auth;

/** Thrown for a token that is not accepted. */
final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidTokenException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
