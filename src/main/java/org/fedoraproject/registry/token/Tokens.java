package org.fedoraproject.registry.token;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.fedoraproject.registry.limit.LimitConfig;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.TokenScope;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * Issues and verifies bearer tokens (distribution's "Token Authentication Implementation"): signed JWTs with their
 * holder and scopes. Accepts our own, and those of another issuer if one is configured. The JWTs are jose4j's:
 * MicroProfile JWT only verifies, for one issuer, and only before JAX-RS.
 */
@Singleton
public class Tokens {
    /** Only asymmetric ones: no key is a shared secret, and {@code none} is refused. */
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.EDDSA);

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    /** Longer tokens are rare, and caching one costs more memory than it saves time. */
    private static final int MAX_REMEMBERED_LENGTH = 4096;

    private static final int MAX_REMEMBERED_SCOPES = 8;

    private static final String ACCESS = "access";
    private static final String CERTIFIED = "certified";
    private static final String PASSWORD = "password";
    /** Of a user for whom the OpenID provider vouches. */
    private static final String GROUPS = "groups";

    private static final String STATE = "state";
    private static final String NONCE = "nonce";
    private static final String VERIFIER = "verifier";
    private static final String NEXT = "next";

    private final TokenConfig config;
    private final TokenKeys ours;
    private final IssuerKeys theirs;
    private final Clock clock;
    /** In characters, of a token issued or accepted. Leaves room for other headers. */
    private final int maxLength;

    private volatile Checked checked = new Checked(null, null, new CredentialCache<>());

    /** Results with these keys; other keys need a new verification. */
    private record Checked(TokenKeys.Keys ours, List<PublicJsonWebKey> theirs, CredentialCache<Caller.Token> tokens) {
        @SuppressWarnings("ReferenceEquality") // each change makes a new object
        private boolean isWith(TokenKeys.Keys otherOurs, List<PublicJsonWebKey> otherTheirs) {
            return ours == otherOurs && theirs == otherTheirs;
        }
    }

    /**
     * Whose refresh token it is.
     *
     * @param password the version of the password with which it was requested
     */
    public record Refresh(String user, String password) {}

    /**
     * Who has signed in with a browser.
     *
     * @param proof the version of the password with which a user has signed in, or the issuer that vouches for a user;
     *     empty for a certificate
     */
    public record Session(Caller holder, String proof) {}

    /**
     * A sign-in at the OpenID provider that is under way.
     *
     * @param state that the provider sends back (RFC 6749, 4.1.1)
     * @param nonce that it puts into the ID token
     * @param verifier that proves that the code is ours (RFC 7636, 4.1)
     * @param next the page to go to after it
     */
    public record SignIn(String state, String nonce, String verifier, String next) {}

    @Inject
    public Tokens(TokenConfig config, LimitConfig limits, TokenKeys ours, IssuerKeys theirs) {
        this(config, limits, ours, theirs, Clock.systemUTC());
    }

    Tokens(TokenConfig config, LimitConfig limits, TokenKeys ours, IssuerKeys theirs, Clock clock) {
        this.maxLength = limits.maxHeaderSize() / 4 * 3;
        this.config = config;
        this.ours = ours;
        this.theirs = theirs;
        this.clock = clock;
        if (config.issuer().filter(config.service()::equals).isPresent()) {
            throw new IllegalArgumentException(
                    "registry.auth.issuer is registry.auth.service, which names ourselves as an issuer");
        }
    }

    /** Whether we issue tokens. */
    public boolean areIssued() {
        return ours.isOn();
    }

    /**
     * Issues a short-lived token with these scopes.
     *
     * @throws RegistryException {@code UNSUPPORTED} if it would be too long to be accepted
     */
    public String issue(Caller holder, List<TokenScope> access) {
        JwtClaims claims = claims(holder.name(), config.service(), config.lifetime());
        claims.setClaim(
                ACCESS,
                access.stream()
                        .map(scope -> Map.of(
                                "type", scope.type(),
                                "name", scope.name(),
                                "actions", List.copyOf(scope.actions())))
                        .toList());
        setKind(claims, holder);
        String token = sign(claims);
        if (token.length() > maxLength) {
            throw RegistryException.of(
                    ErrorCode.UNSUPPORTED,
                    "a token for so many scopes is longer than the " + maxLength
                            + " characters that are taken: ask for fewer at once");
        }
        return token;
    }

    /** Issues a token to exchange for others in place of the password, while the user has that password. */
    public String issueRefresh(Refresh refresh) {
        JwtClaims claims = claims(refresh.user(), refreshAudience(), config.refreshLifetime());
        claims.setClaim(PASSWORD, refresh.password());
        return sign(claims);
    }

    public Caller.Token verify(String token) throws InvalidTokenException {
        Checked known = checked;
        if (!known.isWith(ours.current(), theirs.current())) {
            known = new Checked(ours.current(), theirs.current(), new CredentialCache<>());
            checked = known;
        }
        Optional<Caller.Token> found = known.tokens().get(token);
        if (found.isPresent()) {
            return found.get();
        }
        try {
            JsonWebSignature signature = parse(token);
            boolean isOurs = known.ours().find(signature.getKeyIdHeaderValue()).isPresent();
            JwtClaims claims = isOurs
                    ? check(token, config.service(), config.service(), List.of(ourKey(signature)))
                    : check(token, issuer(), config.service(), candidates(signature));
            Caller.Token verified = new Caller.Token(holder(claims, isOurs), access(claims), isOurs);
            Duration left = remembered(claims.getExpirationTime().getValue());
            if (left.isPositive()
                    && token.length() <= MAX_REMEMBERED_LENGTH
                    && verified.access().size() <= MAX_REMEMBERED_SCOPES) {
                known.tokens().put(token, verified, left);
            }
            return verified;
        } catch (InvalidJwtException | JoseException | MalformedClaimException e) {
            throw new InvalidTokenException("the token is not taken", e);
        }
    }

    /** How long to cache it: at most until it expires. An issuer's time may be beyond any {@link Instant}. */
    private Duration remembered(long expiration) {
        Instant now = clock.instant();
        return expiration - now.getEpochSecond() > REMEMBERED.toSeconds()
                ? REMEMBERED
                : Duration.between(now, Instant.ofEpochSecond(expiration));
    }

    public Refresh verifyRefresh(String token) throws InvalidTokenException {
        try {
            JwtClaims claims = check(token, config.service(), refreshAudience(), List.of(ourKey(parse(token))));
            return new Refresh(claims.getSubject(), claims.getStringClaimValue(PASSWORD));
        } catch (InvalidJwtException | JoseException | MalformedClaimException e) {
            throw new InvalidTokenException("the refresh token is not taken", e);
        }
    }

    /** Issues what a browser keeps of a session, which no instance keeps. */
    public String issueSession(Session session) {
        JwtClaims claims = claims(session.holder().name(), sessionAudience(), config.session());
        claims.setClaim(PASSWORD, session.proof());
        setKind(claims, session.holder());
        return sign(claims);
    }

    public Session verifySession(String token) throws InvalidTokenException {
        try {
            JwtClaims claims = check(token, config.service(), sessionAudience(), List.of(ourKey(parse(token))));
            return new Session(holder(claims, true), claims.getStringClaimValue(PASSWORD));
        } catch (InvalidJwtException | JoseException | MalformedClaimException e) {
            throw new InvalidTokenException("the session is not taken", e);
        }
    }

    public Duration sessionLifetime() {
        return config.session();
    }

    /** Issues what a browser keeps of a sign-in at the OpenID provider, which no instance keeps. */
    public String issueSignIn(SignIn signIn, Duration lifetime) {
        JwtClaims claims = claims("", signInAudience(), lifetime);
        claims.setClaim(STATE, signIn.state());
        claims.setClaim(NONCE, signIn.nonce());
        claims.setClaim(VERIFIER, signIn.verifier());
        claims.setClaim(NEXT, signIn.next());
        return sign(claims);
    }

    public SignIn verifySignIn(String token) throws InvalidTokenException {
        try {
            JwtClaims claims = check(token, config.service(), signInAudience(), List.of(ourKey(parse(token))));
            return new SignIn(
                    claims.getStringClaimValue(STATE),
                    claims.getStringClaimValue(NONCE),
                    claims.getStringClaimValue(VERIFIER),
                    claims.getStringClaimValue(NEXT));
        } catch (InvalidJwtException | JoseException | MalformedClaimException e) {
            throw new InvalidTokenException("the sign-in is not taken", e);
        }
    }

    /** The number of cached tokens. */
    int remembered() {
        return checked.tokens().size();
    }

    private JwtClaims claims(String subject, String audience, Duration lifetime) {
        Instant now = clock.instant();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(config.service());
        claims.setSubject(subject);
        claims.setAudience(audience);
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setNotBefore(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.plus(lifetime).getEpochSecond()));
        claims.setJwtId(UUID.randomUUID().toString());
        return claims;
    }

    private String sign(JwtClaims claims) {
        PublicJsonWebKey key = ours.signing();
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setHeader("typ", "JWT");
        signature.setKey(key.getPrivateKey());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    private JsonWebSignature parse(String token) throws JoseException {
        if (token.length() > maxLength) {
            throw new JoseException("a token of more than " + maxLength + " characters");
        }
        JsonWebSignature signature = new JsonWebSignature();
        signature.setCompactSerialization(token);
        return signature;
    }

    private PublicJsonWebKey ourKey(JsonWebSignature signature) throws JoseException {
        return ours.current()
                .find(signature.getKeyIdHeaderValue())
                .orElseThrow(() -> new JoseException("signed by no key of ours"));
    }

    private String issuer() throws JoseException {
        return config.issuer().orElseThrow(() -> new JoseException("signed by no key of ours"));
    }

    /** The key with this id. If the token or the keys have no id, as in PEM, all keys of its type. */
    private List<PublicJsonWebKey> candidates(JsonWebSignature signature) throws JoseException {
        List<PublicJsonWebKey> found = IssuerKeys.candidates(theirs.current(), signature);
        if (found.isEmpty()) {
            theirs.want();
            throw new JoseException("signed by no key of the issuer");
        }
        return found;
    }

    private JwtClaims check(String token, String issuer, String audience, List<PublicJsonWebKey> keys)
            throws InvalidJwtException, JoseException {
        InvalidJwtException last = null;
        for (PublicJsonWebKey key : keys) {
            try {
                return new JwtConsumerBuilder()
                        .setJwsAlgorithmConstraints(ALGORITHMS)
                        .setVerificationKey(key.getPublicKey())
                        .setExpectedIssuer(true, issuer)
                        .setExpectedAudience(true, audience)
                        .setRequireExpirationTime()
                        .setAllowedClockSkewInSeconds((int) config.clockSkew().toSeconds())
                        .setEvaluationTime(
                                NumericDate.fromMilliseconds(clock.instant().toEpochMilli()))
                        .build()
                        .processToClaims(token);
            } catch (InvalidJwtException e) {
                last = e;
            }
        }
        if (last == null) {
            throw new JoseException("no key");
        }
        throw last;
    }

    private static Caller holder(JwtClaims claims, boolean isOurs) throws MalformedClaimException {
        String name = Optional.ofNullable(claims.getSubject()).orElse("");
        if (name.isEmpty()) {
            return Caller.ANONYMOUS;
        }
        if (isOurs && claims.hasClaim(GROUPS)) {
            return new Caller.Federated(name, claims.getStringListClaimValue(GROUPS));
        }
        return isOurs && claims.hasClaim(CERTIFIED) ? new Caller.Certified(name) : new Caller.User(name);
    }

    /** What {@link #holder} reads: how our holder was identified. */
    private static void setKind(JwtClaims claims, Caller holder) {
        switch (holder) {
            case Caller.Certified certified -> claims.setClaim(CERTIFIED, true);
            case Caller.Federated federated -> claims.setStringListClaim(GROUPS, federated.groups());
            default -> {}
        }
    }

    private static List<TokenScope> access(JwtClaims claims) throws MalformedClaimException, JoseException {
        List<TokenScope> scopes = new ArrayList<>();
        if (claims.getClaimValue(ACCESS) == null) {
            return scopes;
        }
        for (Object each : claims.getClaimValue(ACCESS, List.class)) {
            if (!(each instanceof Map<?, ?> entry)
                    || !(entry.get("type") instanceof String type)
                    || !(entry.get("name") instanceof String name)
                    || !(entry.get("actions") instanceof List<?> listed)) {
                throw new JoseException("what access names is no scope");
            }
            Set<String> actions = new LinkedHashSet<>();
            listed.forEach(action -> actions.add(String.valueOf(action)));
            scopes.add(new TokenScope(type, name, actions));
        }
        return scopes;
    }

    private String sessionAudience() {
        return config.service() + " console";
    }

    private String signInAudience() {
        return config.service() + " sign-in";
    }

    /** Another audience, so that neither kind is accepted as the other. */
    private String refreshAudience() {
        return config.service() + " refresh";
    }
}
