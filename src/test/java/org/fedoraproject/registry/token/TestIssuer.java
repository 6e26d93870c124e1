package org.fedoraproject.registry.token;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.policy.TokenScope;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** An issuer of tokens as others have one, of the tests' own: it signs whatever it is asked to. */
public final class TestIssuer {
    public static final String NAME = "https://issuer.test";

    public final PublicJsonWebKey rsa = key(RsaJwkGenerator.generateJwk(2048), "rsa");
    public final PublicJsonWebKey ec = key(EcJwkGenerator.generateJwk(EllipticCurves.P256), "ec");
    public final PublicJsonWebKey ed = key(OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519), "ed");

    public TestIssuer() throws JoseException {}

    public String jwks() {
        return new JsonWebKeySet(rsa, ec, ed).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    public String pem() {
        StringBuilder pem = new StringBuilder();
        for (PublicJsonWebKey key : List.of(rsa, ec, ed)) {
            pem.append("-----BEGIN PUBLIC KEY-----\n")
                    .append(Base64.getMimeEncoder()
                            .encodeToString(key.getPublicKey().getEncoded()))
                    .append("\n-----END PUBLIC KEY-----\n");
        }
        return pem.toString();
    }

    /** A token that a registry called {@code registry} should take. */
    public static JwtClaims claims(String subject, String... scopes) {
        Instant now = Instant.now();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(NAME);
        claims.setSubject(subject);
        claims.setAudience("registry");
        claims.setNotBefore(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() + 300));
        claims.setClaim(
                "access",
                TokenScope.parse(String.join(" ", scopes)).stream()
                        .map(scope -> Map.of(
                                "type", scope.type(),
                                "name", scope.name(),
                                "actions", List.copyOf(scope.actions())))
                        .toList());
        return claims;
    }

    public String sign(JwtClaims claims) throws JoseException {
        return sign(claims, ec, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    }

    public String sign(JwtClaims claims, PublicJsonWebKey key, String algorithm) throws JoseException {
        return sign(claims, key, algorithm, Map.of("kid", key.getKeyId()));
    }

    /** With whatever headers somebody thinks of. */
    public String sign(JwtClaims claims, PublicJsonWebKey key, String algorithm, Map<String, Object> headers)
            throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(algorithm);
        headers.forEach(signature.getHeaders()::setObjectHeaderValue);
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }

    /** Headers by which a token brings its own key along, or claims to be signed by one that it is not signed by. */
    public List<Map<String, Object>> tricks(String knownId) {
        Map<String, Object> jwk = ec.toParams(OutputControlLevel.PUBLIC_ONLY);
        String place = "http://127.0.0.1:1/keys";
        return List.of(
                Map.of(),
                Map.of("jwk", jwk),
                Map.of("jwk", jwk, "kid", knownId),
                Map.of("jku", place, "kid", knownId),
                Map.of("x5u", place),
                Map.of(
                        "x5c",
                        List.of(Base64.getEncoder()
                                .encodeToString(ec.getPublicKey().getEncoded()))),
                Map.of("kid", ""),
                Map.of("kid", knownId),
                Map.of("kid", knownId + "\u0000"),
                Map.of("kid", "../../../../dev/null"),
                Map.of("kid", "x' UNION SELECT 'key"),
                Map.of("kid", place));
    }

    /** Without a signature. */
    public String none(JwtClaims claims, String keyId) {
        return encode("{\"alg\":\"none\",\"kid\":\"" + keyId + "\"}") + "." + encode(claims.toJson()) + ".";
    }

    /** Signed with what everybody knows: the public key, taken for the secret of an HMAC. */
    public String confused(JwtClaims claims, String secret, String keyId) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKeyIdHeaderValue(keyId);
        signature.setKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
        return signature.getCompactSerialization();
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static PublicJsonWebKey key(PublicJsonWebKey key, String id) {
        key.setKeyId(id);
        return key;
    }
}
