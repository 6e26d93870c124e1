package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.fedoraproject.registry.http.LimitSettings;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.testing.Fuzzer;
import org.fedoraproject.registry.testing.Fuzzing;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials and files, as strangers or tired administrators may write them. */
class FuzzTest {
    /** A hash takes long on purpose: only those that take about a millisecond are computed, and not each. */
    private static final Pattern EXPENSIVE = Pattern.compile("\\$2[axy]?\\$(0[7-9]|[1-9])|rounds=[0-9]{5}");

    private static final int COMPUTED = 10;

    /** Held, for the JDK forgets loggers that nobody holds. */
    private static final Logger SAYS_EACH_BAD_LINE = Logger.getLogger(Passwords.class.getName());

    @TempDir
    Path directory;

    @Test
    void policies() {
        Fuzzing.feed("policies", 13, Fuzzing.fuzzer("policies"), text -> {
            Policy policy;
            try {
                policy = PolicyReader.read(text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
                return false;
            }
            for (Caller caller : List.of(Caller.ANONYMOUS, new Caller.User("alice"), new Caller.Certified("builder"))) {
                policy.allows(caller, RepositoryName.parse("open/app/with-a.rather/long_name"), Action.PUSH);
                policy.allows(caller, Action.CATALOG);
            }
            Predicate<Descriptor> needed = policy.neededChildren(RepositoryName.parse("mirror/app"));
            if (needed.test(child(Optional.of(new Descriptor.Platform("linux", "arm", "v7"))))) {
                assertThat(needed.test(child(Optional.empty()))).isTrue();
            }
            return true;
        });
    }

    private static Descriptor child(Optional<Descriptor.Platform> platform) {
        return new Descriptor(Digest.of(new byte[0]), OptionalLong.empty(), platform, false, true);
    }

    @Test
    void htpasswd() {
        SAYS_EACH_BAD_LINE.setLevel(Level.OFF);
        try {
            Fuzzer fuzzer = Fuzzing.fuzzer("htpasswd");
            Fuzzing.feed("htpasswd", 3, fuzzer, text -> {
                Passwords passwords = Passwords.read(text);
                boolean computed =
                        fuzzer.below(COMPUTED) == 0 && !EXPENSIVE.matcher(text).find();
                if (computed) {
                    passwords.verify("alice", "password");
                    passwords.verify("nobody", text.substring(0, Math.min(text.length(), 100)));
                }
                return passwords.version("alice").isPresent();
            });
        } finally {
            SAYS_EACH_BAD_LINE.setLevel(null);
        }
    }

    /** Changed after they were signed; whoever gets in with one is who it was issued for. */
    @Test
    void tokens() throws Exception {
        TestIssuer issuer = new TestIssuer();
        Tokens tokens = tokens(issuer);
        List<String> corpus = new ArrayList<>(Fuzzer.corpus("tokens"));
        List<Scope> access = Scope.parse("repository:app:pull,push");
        corpus.add(tokens.issue(new Caller.User("alice"), access));
        corpus.add(tokens.issue(new Caller.Certified("alice"), access));
        corpus.add(tokens.issueRefresh(new Tokens.Refresh("alice", "1")));
        corpus.add(issuer.sign(TestIssuer.claims("alice", "repository:app:pull,push")));
        corpus.add(issuer.sign(TestIssuer.claims("alice", "repository:app:pull,push"), issuer.ed, "EdDSA"));
        corpus.add(issuer.sign(TestIssuer.claims("alice", "repository:app:pull,push"), issuer.rsa, "RS256"));
        corpus.add(issuer.none(TestIssuer.claims("mallory", "repository:app:pull,push"), "ec"));
        Fuzzing.feed("tokens", 3, new Fuzzer(6, corpus), token -> {
            Optional<Caller.Token> caller = verify(tokens, token);
            caller.ifPresent(found -> {
                assertThat(found.name()).isEqualTo("alice");
                assertThat(found.access()).isEqualTo(access);
            });
            return caller.isPresent();
        });
    }

    /** Signed after they were changed, as by an issuer who means something else by them than we. */
    @Test
    void claims() throws Exception {
        TestIssuer issuer = new TestIssuer();
        Tokens tokens = tokens(issuer);
        Fuzzing.feed("claims", 3, Fuzzing.fuzzer("claims"), claims -> {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims);
            signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
            signature.setKeyIdHeaderValue(issuer.ec.getKeyId());
            signature.setKey(issuer.ec.getPrivateKey());
            Optional<Caller.Token> caller = verify(tokens, signature.getCompactSerialization());
            caller.ifPresent(found -> {
                found.allows(RepositoryName.parse("app"), Action.PULL);
                found.allows(Action.CATALOG);
                assertThat(found.toString()).isNotEmpty();
            });
            return caller.isPresent();
        });
    }

    private Tokens tokens(TestIssuer issuer) throws Exception {
        AuthSettings settings = new AuthSettings();
        settings.policy = "policy";
        settings.tokenKeys = Files.createDirectory(directory.resolve("keys")).toString();
        settings.issuer = TestIssuer.NAME;
        settings.issuerKeys =
                Files.writeString(directory.resolve("issuer"), issuer.jwks()).toString();
        AuthConfig config = settings.config();
        return new Tokens(
                config,
                new LimitSettings().config(),
                new TokenKeys(config, AuthSettings.SHARE, Clock.systemUTC()),
                new IssuerKeys(config));
    }

    private static Optional<Caller.Token> verify(Tokens tokens, String token) {
        try {
            tokens.verifyRefresh(token);
        } catch (InvalidTokenException e) {
            // as most are
        }
        try {
            return Optional.of(tokens.verify(token));
        } catch (InvalidTokenException e) {
            return Optional.empty();
        }
    }
}
