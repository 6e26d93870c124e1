package org.fedoraproject.registry.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdTokensTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final IdTokens.Expected EXPECTED =
            new IdTokens.Expected(TestIssuer.NAME, "registry", "nonce", Duration.ofSeconds(30));

    private static TestIssuer issuer;
    private static IdTokens tokens;

    @BeforeAll
    static void makeKeys() throws Exception {
        issuer = new TestIssuer();
        tokens = IdTokens.of(issuer.jwks());
    }

    private static JwtClaims claims() {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(TestIssuer.NAME);
        claims.setSubject("jane");
        claims.setAudience("registry");
        claims.setStringClaim("nonce", "nonce");
        claims.setIssuedAt(NumericDate.fromSeconds(NOW.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() + 60));
        return claims;
    }

    private static void assertRefused(String token) {
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() -> tokens.verify(token, EXPECTED, NOW))
                .withMessageNotContaining(token);
    }

    @Test
    void takesThoseOfTheIssuer() throws Exception {
        JwtClaims several = claims();
        several.setAudience("registry", "other");
        several.setStringClaim("azp", "registry");
        for (String token : List.of(
                issuer.sign(claims()),
                issuer.sign(claims(), issuer.rsa, AlgorithmIdentifiers.RSA_USING_SHA256),
                issuer.sign(claims(), issuer.ec, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256, Map.of()),
                issuer.sign(several))) {
            assertThat(tokens.verify(token, EXPECTED, NOW)).containsEntry("sub", "jane");
        }
    }

    static Stream<Arguments> wrong() {
        long now = NOW.getEpochSecond();
        return Stream.of(
                wrong("other issuer", claims -> claims.setIssuer("https://other.test")),
                wrong("no issuer", claims -> claims.unsetClaim("iss")),
                wrong("other audience", claims -> claims.setAudience("other")),
                wrong("no audience", claims -> claims.unsetClaim("aud")),
                wrong("several audiences and no party", claims -> claims.setAudience("registry", "other")),
                wrong("other party", claims -> claims.setStringClaim("azp", "other")),
                wrong("party that is no text", claims -> claims.setClaim("azp", 1)),
                wrong("no subject", claims -> claims.unsetClaim("sub")),
                wrong("expired", claims -> claims.setExpirationTime(NumericDate.fromSeconds(now - 31))),
                wrong("no end", claims -> claims.unsetClaim("exp")),
                wrong("issued later", claims -> claims.setIssuedAt(NumericDate.fromSeconds(now + 31))),
                wrong("issued long ago", claims -> claims.setIssuedAt(NumericDate.fromSeconds(now - 700))),
                wrong("no time of issue", claims -> claims.unsetClaim("iat")),
                wrong("not yet valid", claims -> claims.setNotBefore(NumericDate.fromSeconds(now + 31))),
                wrong("nonce of another sign-in", claims -> claims.setStringClaim("nonce", "other")),
                wrong("no nonce", claims -> claims.unsetClaim("nonce")),
                wrong("nonce that is no text", claims -> claims.setClaim("nonce", List.of("nonce"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void refusesWrongClaims(String what, Consumer<JwtClaims> change) throws Exception {
        JwtClaims claims = claims();
        change.accept(claims);

        assertRefused(issuer.sign(claims));
    }

    private static Arguments wrong(String what, Consumer<JwtClaims> change) {
        return Arguments.of(what, change);
    }

    @Test
    void clocksMayDiffer() throws Exception {
        JwtClaims claims = claims();
        claims.setIssuedAt(NumericDate.fromSeconds(NOW.getEpochSecond() - 60));
        claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() - 29));

        assertThat(tokens.verify(issuer.sign(claims), EXPECTED, NOW)).isNotEmpty();
    }

    @Test
    void refusesOtherKeysAndAlgorithms() throws Exception {
        TestIssuer other = new TestIssuer();
        String good = issuer.sign(claims());
        for (String token : List.of(
                other.sign(claims()),
                other.sign(claims(), other.ec, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256, Map.of()),
                issuer.none(claims(), "rsa"),
                issuer.none(claims(), "none"),
                issuer.confused(claims(), issuer.pem(), "rsa"),
                issuer.confused(claims(), issuer.jwks(), "ec"),
                issuer.sign(claims(), issuer.ed, AlgorithmIdentifiers.EDDSA),
                issuer.sign(claims(), issuer.rsa, AlgorithmIdentifiers.RSA_USING_SHA512),
                issuer.sign(claims(), issuer.rsa, AlgorithmIdentifiers.RSA_PSS_USING_SHA256),
                good.substring(0, good.length() - 4) + "AAAA",
                good.replaceFirst("\\..*\\.", ".e30."),
                good.substring(0, good.lastIndexOf('.') + 1))) {
            assertRefused(token);
        }
        for (Map<String, Object> trick : other.tricks("ec")) {
            assertRefused(
                    other.sign(claims(), other.ec, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256, trick));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", "..", "a.b.c.d.e"})
    void refusesWhatIsNoToken(String token) {
        assertRefused(token);
    }

    @Test
    void sayWhetherAKeyIsMissing() throws Exception {
        assertThat(tokens.haveKeyFor(issuer.sign(claims()))).isTrue();
        assertThat(tokens.haveKeyFor(issuer.sign(
                        claims(),
                        issuer.ec,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                        Map.of("kid", "new"))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"})
    void needKeys(String jwks) {
        assertThatIllegalArgumentException().isThrownBy(() -> IdTokens.of(jwks));
    }
}
