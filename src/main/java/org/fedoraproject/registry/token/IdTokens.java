package org.fedoraproject.registry.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/** Verifies ID tokens with the keys of an OpenID provider (OpenID Connect Core 1.0, 3.1.3.7). */
public final class IdTokens {
    /** No key is a shared secret, and {@code none} is refused. */
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);

    /** A token is used as soon as it is issued. */
    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final List<PublicJsonWebKey> keys;

    /**
     * What a token must say.
     *
     * @param nonce of the sign-in
     * @param skew by which the provider's clock may differ from ours
     */
    public record Expected(String issuer, String client, String nonce, Duration skew) {}

    private IdTokens(List<PublicJsonWebKey> keys) {
        this.keys = keys;
    }

    /**
     * Those of a provider.
     *
     * @throws IllegalArgumentException if there is no key, or an invalid one
     */
    public static IdTokens of(String jwkSet) {
        return new IdTokens(IssuerKeys.read(jwkSet));
    }

    /** Whether a key fits the token. If not, the provider may have new keys. */
    public boolean haveKeyFor(String token) throws InvalidTokenException {
        return !candidates(token).isEmpty();
    }

    /** The claims of a valid token. */
    public Map<String, Object> verify(String token, Expected expected, Instant now) throws InvalidTokenException {
        InvalidTokenException last = new InvalidTokenException("it is signed by no key of the provider", null);
        for (PublicJsonWebKey key : candidates(token)) {
            try {
                JwtClaims claims = verify(token, key, expected, now);
                requireOurs(claims, expected);
                return claims.getClaimsMap();
            } catch (InvalidJwtException e) {
                last = new InvalidTokenException(reason(e, token), e);
            } catch (MalformedClaimException e) {
                last = new InvalidTokenException("a claim is of another type", e);
            }
        }
        throw last;
    }

    /** For the log. What jose4j says of a signature has the whole token. */
    private static String reason(InvalidJwtException e, String token) {
        return e.getErrorDetails().stream()
                .map(ErrorCodeValidator.Error::getErrorMessage)
                .filter(message -> !message.contains(token))
                .findFirst()
                .orElse("it is not signed as it should be");
    }

    private static JwtClaims verify(String token, PublicJsonWebKey key, Expected expected, Instant now)
            throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setVerificationKey(key.getPublicKey())
                .setExpectedIssuer(true, expected.issuer())
                .setExpectedAudience(true, expected.client())
                .setRequireSubject()
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setIssuedAtRestrictions(0, (int) MAX_AGE.toSeconds())
                .setAllowedClockSkewInSeconds((int) expected.skew().toSeconds())
                .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
                .build()
                .processToClaims(token);
    }

    /** The authorized party is us, and the sign-in is the one that asked for the token. */
    private static void requireOurs(JwtClaims claims, Expected expected)
            throws MalformedClaimException, InvalidTokenException {
        String party = claims.getStringClaimValue("azp");
        if (party == null ? claims.getAudience().size() > 1 : !party.equals(expected.client())) {
            throw new InvalidTokenException("it is for another client (azp)", null);
        }
        if (!expected.nonce().equals(claims.getStringClaimValue("nonce"))) {
            throw new InvalidTokenException("it is of another sign-in (nonce)", null);
        }
    }

    private List<PublicJsonWebKey> candidates(String token) throws InvalidTokenException {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(token);
            signature.setAlgorithmConstraints(ALGORITHMS);
            return IssuerKeys.candidates(keys, signature);
        } catch (JoseException e) {
            throw new InvalidTokenException("it is no token, or signed by an algorithm that is not taken", e);
        }
    }
}
