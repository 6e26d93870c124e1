package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.fedoraproject.registry.limit.LimitSettings;
import org.fedoraproject.registry.limit.LoginThrottle;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.token.TokenSettings;
import org.fedoraproject.registry.token.Tokens;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AuthenticatorTest {
    /** A test vector of crypt_blowfish: the password is U*U. */
    private static final String USERS = "alice:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";

    private static final String ADDRESS = "192.0.2.1";
    private static final int AT_ONCE = 80;

    @TempDir
    Path directory;

    private final AuthSettings settings = new AuthSettings();
    private final TokenSettings tokenSettings = new TokenSettings();
    private final LimitSettings limits = new LimitSettings();

    @BeforeEach
    void configure() throws Exception {
        settings.policy = "policy";
        settings.passwords =
                Files.writeString(directory.resolve("htpasswd"), USERS).toString();
        tokenSettings.policy = "policy";
        tokenSettings.keys = Files.createDirectory(directory.resolve("keys")).toString();
    }

    @Test
    @Timeout(60)
    void parallelLoginsFailAsOftenAsOneAfterTheOther() throws Exception {
        List<Authenticator.Found> found = logins("wrong");

        assertThat(found)
                .filteredOn(
                        each -> each instanceof Authenticator.Refused refused && refused.why() == DenialReason.PASSWORD)
                .hasSize(limits.maxFailures);
        assertThat(found)
                .filteredOn(
                        each -> each instanceof Authenticator.Refused refused && refused.why() == DenialReason.TOO_MANY)
                .hasSize(AT_ONCE - limits.maxFailures);
    }

    @Test
    @Timeout(60)
    void parallelLoginsThatAreRightAllSucceed() throws Exception {
        assertThat(logins("U*U")).allMatch(Authenticator.Known.class::isInstance);
    }

    @Test
    void tokenEndsWithItsUser() throws Exception {
        AuthConfig config = settings.config();
        Users users = new Users(config);
        Tokens tokens = tokenSettings.tokens();
        Authenticator authenticator = authenticator(config, users, tokens);
        String alices = tokens.issue(new Caller.User("alice"), List.of());
        String bots = tokens.issue(new Caller.Certified("bot"), List.of());
        String anybodys = tokens.issue(Caller.ANONYMOUS, List.of());
        assertThat(authenticator.authenticate(with(alices))).isInstanceOf(Authenticator.Known.class);

        Files.writeString(directory.resolve("htpasswd"), USERS.replace("alice", "bob"));
        users.reload();

        assertThat(authenticator.authenticate(with(alices)))
                .isEqualTo(new Authenticator.Refused(DenialReason.TOKEN, "alice", Duration.ZERO));
        assertThat(authenticator.authenticate(with(bots))).isInstanceOf(Authenticator.Known.class);
        assertThat(authenticator.authenticate(with(anybodys))).isInstanceOf(Authenticator.Known.class);
        assertThat(authenticator.count(Credential.TOKEN)).isEqualTo(3);
        assertThat(authenticator.count(Credential.PASSWORD)).isZero();
    }

    /** As containers/image answers a challenge where it has no login. */
    @Test
    void neitherNameNorPasswordIsAnonymous() throws Exception {
        AuthConfig config = settings.config();
        Authenticator authenticator = authenticator(config, new Users(config), tokenSettings.tokens());

        assertThat(authenticator.authenticate(request("Basic Og==")))
                .isEqualTo(new Authenticator.Known(Caller.ANONYMOUS));
        assertThat(authenticator.authenticate(request("Basic Ong=")))
                .as("no name, and a password")
                .isEqualTo(new Authenticator.Refused(DenialReason.PASSWORD, "", Duration.ZERO));
    }

    private static HttpServletRequest with(String token) {
        return request("Bearer " + token);
    }

    private static HttpServletRequest request(String authorization) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> method.getName().equals("getHeaders")
                        ? Collections.enumeration(List.of(authorization))
                        : ADDRESS);
    }

    private Authenticator authenticator(AuthConfig config, Users users, Tokens tokens) {
        return new Authenticator(users, new ClientCertificates(config), tokens, new LoginThrottle(limits.config()));
    }

    /** Many of them from one address at once. */
    private List<Authenticator.Found> logins(String password) throws Exception {
        AuthConfig config = settings.config();
        Authenticator authenticator = authenticator(config, new Users(config), tokenSettings.tokens());
        List<Callable<Authenticator.Found>> logins = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> (Callable<Authenticator.Found>) () -> authenticator.login("alice", password, ADDRESS))
                .toList();
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
            return executor.invokeAll(logins).stream().map(Future::resultNow).toList();
        }
    }
}
