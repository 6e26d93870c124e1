package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.token.InvalidTokenException;
import org.fedoraproject.registry.token.Tokens;

/**
 * The sessions of people in browsers. The browser keeps a signed text, and no instance keeps anything. So a session goes
 * on at any instance, and after a restart.
 */
@Singleton
public class Sessions {
    /** In characters. Browsers keep no cookie of more than 4096 bytes with its name and attributes. */
    private static final int MAX_LENGTH = 3800;

    private final Tokens tokens;
    private final Users users;
    private final ClientCertificates certificates;
    private final OpenIdConfig openId;
    private final CurrentPolicy policies;

    @Inject
    public Sessions(
            Tokens tokens, Users users, ClientCertificates certificates, OpenIdConfig openId, CurrentPolicy policies) {
        this.tokens = tokens;
        this.users = users;
        this.certificates = certificates;
        this.openId = openId;
        this.policies = policies;
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
     * Begins the session of a user who has just proven a password or certificate, or for whom the OpenID provider
     * vouches. Returns the text for the browser.
     *
     * @throws RegistryException {@code UNAUTHORIZED} if the user has none of them; {@code DENIED} if the user is in too
     *     many groups; {@code UNAVAILABLE} if there is no key yet
     */
    public String begin(Caller caller) {
        return switch (caller) {
            case Caller.User user ->
                tokens.issueSession(new Tokens.Session(
                        user, version(user.name()).orElseThrow(() -> RegistryException.of(ErrorCode.UNAUTHORIZED))));
            case Caller.Certified certified -> tokens.issueSession(new Tokens.Session(certified, ""));
            case Caller.Federated federated ->
                begin(federated, openId.issuer().orElseThrow(() -> RegistryException.of(ErrorCode.UNAUTHORIZED)));
            default -> throw RegistryException.of(ErrorCode.UNAUTHORIZED);
        };
    }

    private String begin(Caller.Federated federated, URI issuer) {
        String text = tokens.issueSession(new Tokens.Session(federated, issuer.toString()));
        if (text.length() > MAX_LENGTH) {
            throw RegistryException.of(
                    ErrorCode.DENIED, "the policy has rules about so many of your groups that no cookie can hold them");
        }
        return text;
    }

    /**
     * The caller of a session; empty if there is none any more. A user must still have the same password. A certificate
     * must come with each request, so a copy of the text alone is worth nothing. The policy must still name a user of
     * the OpenID provider.
     */
    public Optional<Caller> caller(String text, HttpServletRequest request) {
        try {
            Tokens.Session session = tokens.verifySession(text);
            return switch (session.holder()) {
                case Caller.User user ->
                    version(user.name()).filter(session.proof()::equals).map(same -> user);
                case Caller.Federated federated ->
                    Optional.<Caller>of(federated)
                            .filter(user -> openId.issuer()
                                    .map(URI::toString)
                                    .filter(session.proof()::equals)
                                    .isPresent())
                            .filter(user -> policies.current()
                                    .filter(policy -> policy.names(user))
                                    .isPresent());
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
