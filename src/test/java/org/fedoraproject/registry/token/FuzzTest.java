package org.fedoraproject.registry.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.TokenScope;
import org.fedoraproject.registry.testing.Fuzzer;
import org.fedoraproject.registry.testing.Fuzzing;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens, as strangers or other issuers may write them. */
class FuzzTest {
    @TempDir
    Path directory;

    /** Changed after they were signed; whoever gets in with one is who it was issued for. */
    @Test
    void tokens() throws Exception {
        TestIssuer issuer = new TestIssuer();
        Tokens tokens = tokens(issuer);
        List<String> corpus = new ArrayList<>(Fuzzer.corpus("tokens"));
        List<TokenScope> access = TokenScope.parse("repository:app:pull,push");
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
        TokenSettings settings = new TokenSettings();
        settings.policy = "policy";
        settings.keys = Files.createDirectory(directory.resolve("keys")).toString();
        settings.issuer = TestIssuer.NAME;
        settings.issuerKeys =
                Files.writeString(directory.resolve("issuer"), issuer.jwks()).toString();
        return settings.tokens();
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
