package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.token.InvalidTokenException;
import org.fedoraproject.registry.token.Tokens;

/**
 * The sessions of people in browsers. The browser keeps a signed text, and no instance keeps anything. So a session goes
 * on at any instance, and after a restart.
 */
@Singleton
public class Sessions {
    private final Tokens tokens;
    private final Users users;
    private final ClientCertificates certificates;

    @Inject
    public Sessions(Tokens tokens, Users users, ClientCertificates certificates) {
        this.tokens = tokens;
        this.users = users;
        this.certificates = certificates;
    }

    /** The user whose certificate the request shows; empty if there is none, or if it cannot be read. */
    public Optional<Caller> certified(HttpServletRequest request) {
        try {
            return certificates.caller(request);
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /**
     * Begins the session of a user who has just proven a password or certificate. Returns the text for the browser.
     *
     * @throws RegistryException {@code UNAUTHORIZED} if the user has neither; {@code UNAVAILABLE} if there is no key yet
     */
    public String begin(Caller caller) {
        return switch (caller) {
            case Caller.User user ->
                tokens.issueSession(new Tokens.Session(
                        user, version(user.name()).orElseThrow(() -> RegistryException.of(ErrorCode.UNAUTHORIZED))));
            case Caller.Certified certified -> tokens.issueSession(new Tokens.Session(certified, ""));
            default -> throw RegistryException.of(ErrorCode.UNAUTHORIZED);
        };
    }

    /**
     * The caller of a session; empty if there is none any more. A user must still have the same password. A certificate
     * must come with each request, so a copy of the text alone is worth nothing.
     */
    public Optional<Caller> caller(String text, HttpServletRequest request) {
        try {
            Tokens.Session session = tokens.verifySession(text);
            return switch (session.holder()) {
                case Caller.User user ->
                    version(user.name()).filter(session.password()::equals).map(same -> user);
                case Caller.Certified held -> certified(request).filter(held::equals);
                default -> Optional.empty();
            };
        } catch (InvalidTokenException e) {
            return Optional.empty();
        }
    }

    /** How long a session lasts. */
    public Duration lifetime() {
        return tokens.sessionLifetime();
    }

    private Optional<String> version(String user) {
        return users.current().flatMap(passwords -> passwords.version(user));
    }
}
