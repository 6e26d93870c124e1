package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.fedoraproject.registry.limit.HashingLimit;
import org.fedoraproject.registry.limit.LoginThrottle;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.token.InvalidTokenException;
import org.fedoraproject.registry.token.Tokens;

/** Authenticates a caller by a password, a token, or a client certificate. Invalid credentials never count as none. */
@Singleton
public class Authenticator {
    /** An empty name and password: containers/image's answer to a challenge at {@code /v2/} without credentials. */
    private static final String NOBODY = "Og==";

    private final Users users;
    private final ClientCertificates certificates;
    private final Tokens tokens;
    private final LoginThrottle throttle;
    private final HashingLimit hashingLimit = new HashingLimit();
    private final Map<Credential, LongAdder> identified = new EnumMap<>(Credential.class);

    /** A caller, or the reason why there is none. */
    public sealed interface Found {}

    /** The caller, possibly anonymous. */
    public record Known(Caller caller) implements Found {}

    /**
     * Credentials that are refused.
     *
     * @param name that they claim, for the audit log; never more of them
     * @param retryAfter for {@link DenialReason#TOO_MANY}
     */
    public record Refused(DenialReason why, String name, Duration retryAfter) implements Found {}

    @Inject
    public Authenticator(Users users, ClientCertificates certificates, Tokens tokens, LoginThrottle throttle) {
        this.users = users;
        this.certificates = certificates;
        this.tokens = tokens;
        this.throttle = throttle;
        for (Credential each : Credential.values()) {
            identified.put(each, new LongAdder());
        }
    }

    /** The requests whose caller was identified by this. */
    public long count(Credential by) {
        return identified.get(by).sum();
    }

    public Found authenticate(HttpServletRequest request) {
        Found found = find(request);
        if (found instanceof Known known) {
            Credential.of(known.caller()).map(identified::get).ifPresent(LongAdder::increment);
        }
        return found;
    }

    private Found find(HttpServletRequest request) {
        List<String> given = Collections.list(request.getHeaders("Authorization"));
        if (given.isEmpty()) {
            return byCertificate(request);
        }
        String[] parts = given.getFirst().strip().split(" +", 2);
        String scheme = parts[0].toLowerCase(Locale.ROOT);
        if (given.size() == 1 && parts.length == 2 && scheme.equals("basic")) {
            return basic(parts[1].strip(), request);
        }
        if (given.size() == 1 && parts.length == 2 && scheme.equals("bearer")) {
            return bearer(parts[1].strip());
        }
        return new Refused(DenialReason.PASSWORD, "", Duration.ZERO);
    }

    private Found byCertificate(HttpServletRequest request) {
        try {
            return new Known(certificates.caller(request).orElse(Caller.ANONYMOUS));
        } catch (RegistryException e) {
            return new Refused(DenialReason.CERTIFICATE, "", Duration.ZERO);
        }
    }

    /**
     * Checks a password, unless too many were wrong before.
     *
     * @throws RegistryException {@code TOOMANYREQUESTS} if too many are checked at once
     */
    public Found login(String user, String password, String address) {
        if (isRemembered(user, password)) {
            return new Known(new Caller.User(user));
        }
        Optional<Duration> wait = throttle.mustWait(address, user);
        return wait.isPresent()
                ? new Refused(DenialReason.TOO_MANY, user, wait.get())
                : hashingLimit.run(() -> verify(user, password, address));
    }

    private Found verify(String user, String password, String address) {
        if (isRemembered(user, password)) { // another request may have verified it
            return new Known(new Caller.User(user));
        }
        try {
            Optional<Duration> wait = throttle.begin(address, user);
            if (wait.isPresent()) {
                return new Refused(DenialReason.TOO_MANY, user, wait.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Refused(DenialReason.TOO_MANY, user, Duration.ZERO);
        }
        boolean right = false;
        try {
            right = users.current()
                    .filter(passwords -> passwords.verify(user, password))
                    .isPresent();
        } finally {
            throttle.end(address, user, right);
        }
        return right ? new Known(new Caller.User(user)) : new Refused(DenialReason.PASSWORD, user, Duration.ZERO);
    }

    private boolean isRemembered(String user, String password) {
        return users.current()
                .filter(passwords -> passwords.isRemembered(user, password))
                .isPresent();
    }

    private Found basic(String encoded, HttpServletRequest request) {
        String address = request.getRemoteAddr();
        if (encoded.equals(NOBODY)) {
            return byCertificate(request);
        }
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return login(pair.substring(0, colon), pair.substring(colon + 1), address);
            }
        } catch (IllegalArgumentException e) {
            // not base64
        }
        throttle.failed(address, "");
        return new Refused(DenialReason.PASSWORD, "", Duration.ZERO);
    }

    private Found bearer(String token) {
        try {
            Caller.Token caller = tokens.verify(token);
            return isThere(caller) ? new Known(caller) : new Refused(DenialReason.TOKEN, caller.name(), Duration.ZERO);
        } catch (InvalidTokenException e) {
            return new Refused(DenialReason.TOKEN, "", Duration.ZERO);
        }
    }

    /**
     * Whether the token's user still exists. Our token for a password ends with its user. Users with certificates are
     * in no file, nor are those of the OpenID provider: the policy names them and is asked each time. Another issuer's
     * users are unknown.
     */
    private boolean isThere(Caller.Token token) {
        return !token.ours() || !(token.holder() instanceof Caller.User user) || users.has(user.name());
    }
}
