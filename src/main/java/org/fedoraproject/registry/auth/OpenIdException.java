package org.fedoraproject.registry.auth;

/** Says in words, for the person who signs in, why this did not work. */
public final class OpenIdException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean isOfProvider;

    private OpenIdException(boolean isOfProvider, String message, Throwable cause) {
        super(message, cause);
        this.isOfProvider = isOfProvider;
    }

    /** The person, or the answer that the browser brings, is refused. */
    static OpenIdException refused(String message) {
        return new OpenIdException(false, message, null);
    }

    /** The provider does not do what it should. */
    static OpenIdException ofProvider(String message, Throwable cause) {
        return new OpenIdException(true, message, cause);
    }

    /** Whether the provider is the reason; if not, the person is refused. */
    public boolean isOfProvider() {
        return isOfProvider;
    }
}
