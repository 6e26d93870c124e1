package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fedoraproject.registry.edge.Requests;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.PolicyConfig;
import org.fedoraproject.registry.token.InvalidTokenException;
import org.fedoraproject.registry.token.TokenSettings;
import org.fedoraproject.registry.token.Tokens;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {
    private static final String HASH = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private static final Caller ALICE = new Caller.User("alice");

    @TempDir
    Path directory;

    private final HttpServletRequest request = Requests.of("GET", "/console/");
    private final AuthSettings settings = new AuthSettings();
    private final TokenSettings tokenSettings = new TokenSettings();
    private final OpenIdSettings openId = new OpenIdSettings();
    private Users users;
    private Tokens tokens;

    @BeforeEach
    void configure() throws Exception {
        settings.policy = "policy";
        settings.passwords = directory.resolve("htpasswd").toString();
        tokenSettings.policy = "policy";
        tokenSettings.keys = Files.createDirectory(directory.resolve("keys")).toString();
        policy("rule ** group:keepers pull\n");
        openId.issuer = "https://provider.test";
        passwords("alice:" + HASH + "\nbob:" + HASH);
        users = new Users(settings.config());
        tokens = tokenSettings.tokens();
    }

    @Test
    void sessionGoesOnAtAnotherInstance() throws Exception {
        String session = sessions().begin(ALICE);
        tokens = tokenSettings.tokens();

        assertThat(sessions().caller(session, request)).contains(ALICE);
    }

    @Test
    void sessionEndsWithItsPassword() throws Exception {
        String session = sessions().begin(ALICE);

        passwords("alice:" + HASH.replace("05$CC", "06$CC") + "\nbob:" + HASH);
        users.reload();
        assertThat(sessions().caller(session, request)).as("another password").isEmpty();

        passwords("bob:" + HASH);
        users.reload();
        assertThat(sessions().caller(session, request)).as("no such user").isEmpty();

        passwords("alice:" + HASH + "\nbob:" + HASH);
        users.reload();
        assertThat(sessions().caller(session, request)).as("as it was").contains(ALICE);
    }

    @Test
    void sessionByCertificateNeedsTheCertificate() {
        String session = sessions().begin(new Caller.Certified("bot"));

        assertThat(sessions().caller(session, request)).isEmpty();
    }

    /** Neither a token nor a refresh token is a session, and a session is no token. */
    @Test
    void sessionIsNothingElse() throws Exception {
        Sessions sessions = sessions();
        String session = sessions.begin(ALICE);
        List<String> others = List.of(
                tokens.issue(ALICE, List.of()),
                tokens.issueRefresh(new Tokens.Refresh("alice", "x")),
                tokens.issueSignIn(new Tokens.SignIn("a", "b", "c", "d"), Duration.ofMinutes(1)),
                session.substring(0, session.length() - 2),
                session.replaceFirst("\\..*\\.", ".e30."),
                "",
                "a.b.c");

        assertThat(others)
                .allSatisfy(each -> assertThat(sessions.caller(each, request)).isEmpty());
        assertThatExceptionOfType(InvalidTokenException.class).isThrownBy(() -> tokens.verify(session));
        assertThatExceptionOfType(InvalidTokenException.class).isThrownBy(() -> tokens.verifyRefresh(session));
        assertThatExceptionOfType(InvalidTokenException.class).isThrownBy(() -> tokens.verifySignIn(session));
    }

    @Test
    void nobodyHasASession() {
        assertRefused(ErrorCode.UNAUTHORIZED, () -> sessions().begin(Caller.ANONYMOUS));
        assertRefused(ErrorCode.UNAUTHORIZED, () -> sessions().begin(new Caller.User("mallory")));
    }

    /** It goes on at another instance, as long as the policy names the user and the provider is the same. */
    @Test
    void sessionFromAProviderEndsWithTheRule() throws Exception {
        Caller carol = new Caller.Federated("carol", List.of("keepers", "others"));
        String session = sessions().begin(carol);
        tokens = tokenSettings.tokens();
        assertThat(sessions().caller(session, request)).contains(carol);

        policy("rule ** users pull\n");
        assertThat(sessions().caller(session, request)).as("no such rule").isEmpty();

        policy("rule ** user:carol pull\n");
        assertThat(sessions().caller(session, request)).as("another rule").contains(carol);

        openId.issuer = "https://other.test";
        assertThat(sessions().caller(session, request)).as("another provider").isEmpty();
        openId.issuer = null;
        openId.client = null;
        assertThat(sessions().caller(session, request)).as("no provider").isEmpty();
        assertRefused(ErrorCode.UNAUTHORIZED, () -> sessions().begin(carol));
    }

    @Test
    void sessionFitsIntoACookie() {
        List<String> groups =
                IntStream.range(0, 300).mapToObj(i -> "a-long-name-" + i).toList();

        assertRefused(ErrorCode.DENIED, () -> sessions().begin(new Caller.Federated("carol", groups)));
    }

    private void policy(String rules) throws Exception {
        Files.writeString(directory.resolve("policy"), "group keepers\n" + rules);
    }

    private void passwords(String text) throws Exception {
        Files.writeString(directory.resolve("htpasswd"), text);
    }

    private Sessions sessions() {
        return new Sessions(
                tokens,
                users,
                new ClientCertificates(settings.config()),
                openId.config(),
                new CurrentPolicy(
                        new PolicyConfig(Optional.of(directory.resolve("policy").toString()))));
    }
}
