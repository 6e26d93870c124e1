package org.fedoraproject.registry.auth;

/** A token that is not taken, whatever it was for. */
final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidTokenException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
