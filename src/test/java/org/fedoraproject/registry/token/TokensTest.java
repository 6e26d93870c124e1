package org.fedoraproject.registry.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.limit.LimitSettings;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.TokenScope;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    private static final List<TokenScope> ACCESS = List.of(TokenScope.repository("app", Action.PULL, Action.PUSH));

    @TempDir
    Path directory;

    private final TestClock clock = new TestClock();
    private final TokenSettings settings = new TokenSettings();
    private final LimitSettings limits = new LimitSettings();
    private TestIssuer issuer;
    private Path issuerKeys;

    private static final class TestClock extends Clock {
        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        private void go(Duration on) {
            now = now.plus(on);
        }
    }

    /** One registry: what it issues with, and what it takes. */
    private record Instance(TokenKeys keys, Tokens tokens) {}

    @BeforeEach
    void configure() throws Exception {
        issuer = new TestIssuer();
        issuerKeys = Files.writeString(directory.resolve("issuer"), issuer.jwks());
        settings.policy = "policy";
        settings.keys = Files.createDirectory(directory.resolve("keys")).toString();
        settings.issuer = TestIssuer.NAME;
        settings.issuerKeys = issuerKeys.toString();
        settings.refreshLifetime = Duration.ofDays(10);
        settings.keyRotation = Duration.ofDays(1);
    }

    @Test
    void takesWhatItIssued() throws Exception {
        Tokens tokens = instance().tokens();
        for (Caller holder : List.of(new Caller.User("alice"), new Caller.Certified("bot"), Caller.ANONYMOUS)) {
            String token = tokens.issue(holder, ACCESS);
            for (int i = 0; i < 2; i++) {
                assertThat(tokens.verify(token)).isEqualTo(new Caller.Token(holder, ACCESS, true));
            }
        }
    }

    @Test
    void takesWhatEndsBeyondAllTime() throws Exception {
        JwtClaims claims = TestIssuer.claims("alice", "repository:app:pull");
        claims.setExpirationTime(NumericDate.fromSeconds(Long.MAX_VALUE / 1000));
        String token = issuer.sign(claims);
        Tokens tokens = instance().tokens();
        for (int i = 0; i < 2; i++) {
            assertThat(tokens.verify(token).name()).isEqualTo("alice");
        }
    }

    /** The most that may be asked for at once, with the longest names. */
    @Test
    void takesTheLongestThatItIssues() throws Exception {
        List<TokenScope> scopes = scopes(100);
        Tokens tokens = instance().tokens();
        String token = tokens.issue(new Caller.User("alice"), scopes);

        assertThat(tokens.verify(token).access()).isEqualTo(scopes);
        assertThat(token.length() * 4 / 3).isLessThanOrEqualTo(limits.maxHeaderSize);
    }

    @Test
    void issuesNoneThatItWouldNotTake() throws Exception {
        limits.maxHeaderSize = 4000;
        Tokens tokens = instance().tokens();
        int taken = 0;
        while (taken < 100) {
            List<TokenScope> scopes = scopes(taken + 1);
            try {
                assertThat(tokens.verify(tokens.issue(Caller.ANONYMOUS, scopes)).access())
                        .isEqualTo(scopes);
            } catch (RegistryException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
                break;
            }
            taken++;
        }
        assertThat(taken).isBetween(1, 8);
    }

    /** Or a caller could fill the memory with tokens for names that need not be there. */
    @Test
    void remembersNoLongTokens() throws Exception {
        Tokens tokens = instance().tokens();
        tokens.verify(tokens.issue(Caller.ANONYMOUS, ACCESS));
        assertThat(tokens.remembered()).isEqualTo(1);
        tokens.verify(tokens.issue(Caller.ANONYMOUS, scopes(100)));
        tokens.verify(tokens.issue(Caller.ANONYMOUS, Collections.nCopies(9, ACCESS.getFirst())));
        assertThat(tokens.remembered()).isEqualTo(1);
    }

    private static List<TokenScope> scopes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> TokenScope.repository(
                        "%03d".formatted(i) + "x".repeat(252), Action.PULL, Action.PUSH, Action.DELETE))
                .toList();
    }

    @Test
    void instancesShareTheirKeys() throws Exception {
        Instance one = instance();
        Instance two = instance();
        assertThat(two.keys().signing().getKeyId())
                .isEqualTo(one.keys().signing().getKeyId());
        assertThat(two.tokens()
                        .verify(one.tokens().issue(Caller.ANONYMOUS, ACCESS))
                        .ours())
                .isTrue();
    }

    @Test
    void instancesThatStartTogetherMakeOneKey() throws Exception {
        List<Callable<String>> starts = Stream.generate(() ->
                        (Callable<String>) () -> instance().keys().signing().getKeyId())
                .limit(8)
                .toList();
        try (var executor = Executors.newFixedThreadPool(8)) {
            var ids = executor.invokeAll(starts).stream()
                    .map(future -> future.resultNow())
                    .distinct();
            assertThat(ids).hasSize(1);
        }
        assertThat(files()).hasSize(2);
    }

    @Test
    void keysAreForTheirOwnerAlone() throws IOException {
        instance();
        for (Path file : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    /** Two instances that start together on a new tree, and a third one. */
    @Test
    void keysAreMadeOnTheShareWhereNoneAreConfigured() throws Exception {
        settings.keys = null;
        settings.root = directory.toString();
        List<Callable<Instance>> starts = List.of(this::instance, this::instance);
        try (var executor = Executors.newFixedThreadPool(2)) {
            List<Instance> both =
                    executor.invokeAll(starts).stream().map(Future::resultNow).toList();
            String token = both.getFirst().tokens().issue(Caller.ANONYMOUS, ACCESS);
            assertThat(both.getLast().tokens().verify(token)).isNotNull();
            assertThat(instance().tokens().verify(token)).isNotNull();
        }
        Path own = directory.resolve(".auth/token-keys");
        assertThat(mode(own)).isEqualTo("rwx------");
        assertThat(mode(own.getParent())).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(own)) {
            assertThat(files.toList())
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
        }
    }

    @Test
    void directoryOfKeysThatOthersCanEnterIsClosed() throws Exception {
        settings.keys = null;
        settings.root = directory.toString();
        Path own = Files.createDirectories(directory.resolve(".auth/token-keys"));
        for (Path each : List.of(own, own.getParent())) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        instance();

        assertThat(mode(own)).isEqualTo("rwx------");
        assertThat(mode(own.getParent())).isEqualTo("rwx------");
    }

    @Test
    void keysComeWhenTheShareIsWell() throws Exception {
        settings.keys = null;
        settings.root = directory.toString();
        AtomicBoolean well = new AtomicBoolean();
        TokenKeys keys = new TokenKeys(
                settings.config(),
                (place, refresh) -> {
                    if (!well.get()) {
                        throw new IOException("the mount does not answer");
                    }
                    TokenSettings.SHARE.use(place, refresh);
                },
                clock);
        assertRefused(ErrorCode.UNAVAILABLE, keys::signing);
        assertThat(directory.resolve(".auth")).doesNotExist();
        well.set(true);
        keys.refresh();

        assertThat(keys.signing()).isNotNull();
        BuildDirectory.delete(directory.resolve(".auth"));
        keys.refresh();
        assertThat(keys.signing()).as("after all were deleted").isNotNull();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** An instance that looks late still knows the key, for it was made a period ahead. */
    @Test
    void keysChangeAndOldTokensGoOn() throws Exception {
        Instance one = instance();
        Instance late = instance();
        String first = one.keys().signing().getKeyId();
        String refresh = one.tokens().issueRefresh(new Tokens.Refresh("alice", "v1"));
        clock.go(Duration.ofDays(1));
        one.keys().refresh();

        assertThat(one.keys().signing().getKeyId()).isNotEqualTo(first);
        String token = one.tokens().issue(Caller.ANONYMOUS, ACCESS);
        assertThat(late.tokens().verify(token)).isNotNull();
        assertThat(one.tokens().verifyRefresh(refresh)).isEqualTo(new Tokens.Refresh("alice", "v1"));
    }

    @Test
    void keysGoWhenTheirTokensHaveEnded() throws Exception {
        Instance one = instance();
        String first = one.keys().signing().getKeyId();
        for (int day = 0; day < 30; day++) {
            clock.go(Duration.ofDays(1));
            one.keys().refresh();
        }
        assertThat(one.keys().current().find(first)).isEmpty();
        assertThat(files().size()).isBetween(12, 14);
    }

    @Test
    void tokenEnds() throws Exception {
        Tokens tokens = instance().tokens();
        String token = tokens.issue(Caller.ANONYMOUS, ACCESS);
        clock.go(Duration.ofMinutes(5).plus(Duration.ofSeconds(29)));
        assertThat(tokens.verify(token)).as("within the skew").isNotNull();
        clock.go(Duration.ofSeconds(2));
        refused(tokens, token);
    }

    @Test
    void forgetsATokenWhoseKeyIsGone() throws Exception {
        Instance one = instance();
        String token = one.tokens().issue(Caller.ANONYMOUS, ACCESS);
        one.tokens().verify(token);
        for (Path file : files()) {
            Files.delete(file);
        }
        one.keys().refresh();
        refused(one.tokens(), token);
    }

    @Test
    void refreshTokenIsNoAccessTokenNorTheOtherWayRound() throws Exception {
        Tokens tokens = instance().tokens();
        refused(tokens, tokens.issueRefresh(new Tokens.Refresh("alice", "v1")));
        String access = tokens.issue(new Caller.User("alice"), ACCESS);
        assertThatExceptionOfType(InvalidTokenException.class).isThrownBy(() -> tokens.verifyRefresh(access));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                AlgorithmIdentifiers.RSA_USING_SHA256,
                AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                AlgorithmIdentifiers.EDDSA
            })
    void takesTheOtherIssuersTokens(String algorithm) throws Exception {
        for (String keys : List.of(issuer.jwks(), issuer.pem())) {
            Files.writeString(issuerKeys, keys);
            Caller.Token token = instance()
                    .tokens()
                    .verify(issuer.sign(
                            TestIssuer.claims("bot", "repository:app:pull,push"), key(algorithm), algorithm));
            assertThat(token).isEqualTo(new Caller.Token(new Caller.User("bot"), ACCESS, false));
            assertThat(token.allows(RepositoryName.parse("app"), Action.PUSH)).isTrue();
        }
    }

    @Test
    void takesUpTheIssuersNewKeys() throws Exception {
        IssuerKeys keys = new IssuerKeys(settings.config());
        Tokens tokens = new Tokens(
                settings.config(),
                new LimitSettings().config(),
                new TokenKeys(settings.config(), TokenSettings.SHARE, clock),
                keys);
        String old = issuer.sign(TestIssuer.claims("bot"));
        tokens.verify(old);
        TestIssuer next = new TestIssuer();
        Files.writeString(issuerKeys, next.jwks());
        keys.refresh();

        assertThat(tokens.verify(next.sign(TestIssuer.claims("bot")))).isNotNull();
        refused(tokens, old);
    }

    @Test
    void refusesWhatIsWrongWithATokenOfTheIssuer() throws Exception {
        Tokens tokens = instance().tokens();
        JwtClaims good = claims();
        assertThat(tokens.verify(issuer.sign(good))).isNotNull();

        JwtClaims claims = claims();
        claims.setAudience("other");
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.unsetClaim("aud");
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.setIssuer("https://other.test");
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.setIssuer("registry");
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.unsetClaim("exp");
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.setExpirationTime(at(-31));
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.setNotBefore(at(60));
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.setClaim("access", "repository:app:pull");
        refused(tokens, issuer.sign(claims));
        claims = claims();
        claims.setClaim("access", List.of("repository:app:pull"));
        refused(tokens, issuer.sign(claims));

        refused(tokens, new TestIssuer().sign(claims()));
        refused(tokens, issuer.none(claims(), "ec"));
        refused(tokens, issuer.none(claims(), "unknown"));
        refused(tokens, issuer.sign(claims(), issuer.rsa, AlgorithmIdentifiers.RSA_PSS_USING_SHA256));
        String token = issuer.sign(good);
        int dot = token.indexOf('.');
        refused(tokens, token.substring(0, token.length() - 8) + "AAAAAAAA");
        refused(
                tokens,
                token.substring(0, dot)
                        + issuer.sign(claims("x")).substring(dot).replaceFirst("\\.[^.]*$", "")
                        + token.substring(token.lastIndexOf('.')));
        for (String garbage : List.of("", ".", "..", "a.b.c", "x".repeat(100_000), token + ".", token + "." + token)) {
            refused(tokens, garbage);
        }
    }

    /** Whatever form of the public key somebody takes for the secret. */
    @Test
    void refusesKeysThatAreTakenForSecrets() throws Exception {
        Instance registry = instance();
        PublicJsonWebKey ours = registry.keys().signing();
        for (PublicJsonWebKey key : List.of(issuer.rsa, issuer.ec, issuer.ed, ours)) {
            for (String secret : List.of(
                    key.toJson(),
                    issuer.jwks(),
                    issuer.pem(),
                    new String(key.getPublicKey().getEncoded(), StandardCharsets.ISO_8859_1))) {
                refused(registry.tokens(), issuer.confused(claims(), secret, key.getKeyId()));
                JwtClaims asOurs = claims();
                asOurs.setIssuer("registry");
                refused(registry.tokens(), issuer.confused(asOurs, secret, key.getKeyId()));
            }
        }
    }

    @Test
    void refusesKeysThatTheTokenBringsAlong() throws Exception {
        Instance registry = instance();
        TestIssuer attacker = new TestIssuer();
        String es256 = AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
        JwtClaims asOurs = claims();
        asOurs.setIssuer("registry");
        for (JwtClaims claims : List.of(claims(), asOurs)) {
            for (String known : List.of("ec", registry.keys().signing().getKeyId())) {
                for (var headers : attacker.tricks(known)) {
                    refused(registry.tokens(), attacker.sign(claims, attacker.ec, es256, headers));
                }
            }
        }
        Map<String, Object> stranger = Map.of("kid", "ec", "crit", List.of("mine"), "mine", true);
        refused(registry.tokens(), issuer.sign(claims(), issuer.ec, es256, stranger));
    }

    /** Our key's id, and another's signature: it is not for the issuer to say who we are. */
    @Test
    void issuerCannotSignForUs() throws Exception {
        Instance registry = instance();
        JwtClaims claims = claims();
        claims.setIssuer("registry");
        refused(registry.tokens(), issuer.sign(claims));
        String id = registry.keys().signing().getKeyId();
        issuer.ec.setKeyId(id);
        refused(registry.tokens(), issuer.sign(claims));
    }

    @Test
    void issuersKeysMustBePublicKeys() {
        for (String text : List.of(
                "",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":[" + new OctetSequenceJsonWebKey(new HmacKey(new byte[32])).toJson() + "]}",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> IssuerKeys.read(text));
        }
    }

    @Test
    void issuersKeysComeOverTls() {
        settings.issuerKeys = "http://issuer.test/keys";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IssuerKeys(settings.config()))
                .withMessageContaining("registry.auth.issuer-keys");
    }

    @Test
    void nobodyElseIsCalledLikeUs() {
        settings.issuer = "registry";
        assertThatIllegalArgumentException().isThrownBy(this::instance).withMessageContaining("registry.auth.issuer");
    }

    @Test
    void directoryOfKeysMustBeThere() {
        settings.keys = directory.resolve("missing").toString();
        assertThatIllegalArgumentException()
                .isThrownBy(this::instance)
                .withMessageContaining("registry.auth.token-keys");
    }

    private JwtClaims claims() {
        return TestIssuer.claims("bot", "repository:app:pull,push");
    }

    private JwtClaims claims(String subject) {
        return TestIssuer.claims(subject, "repository:app:pull,push");
    }

    private static NumericDate at(long seconds) {
        return NumericDate.fromSeconds(Instant.now().getEpochSecond() + seconds);
    }

    private PublicJsonWebKey key(String algorithm) {
        return switch (algorithm) {
            case "RS256" -> issuer.rsa;
            case "ES256" -> issuer.ec;
            default -> issuer.ed;
        };
    }

    private static void refused(Tokens tokens, String token) {
        assertThatExceptionOfType(InvalidTokenException.class).as(token).isThrownBy(() -> tokens.verify(token));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(settings.keys))) {
            return files.toList();
        }
    }

    private Instance instance() {
        TokenConfig config = settings.config();
        TokenKeys keys = new TokenKeys(config, TokenSettings.SHARE, clock);
        return new Instance(keys, new Tokens(config, limits.config(), keys, new IssuerKeys(config), clock));
    }
}
