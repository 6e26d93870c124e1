package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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

    @BeforeEach
    void configure() throws Exception {
        settings.policy = "policy";
        settings.passwords =
                Files.writeString(directory.resolve("htpasswd"), USERS).toString();
        settings.tokenKeys = Files.createDirectory(directory.resolve("keys")).toString();
    }

    @Test
    @Timeout(60)
    void parallelLoginsFailAsOftenAsOneAfterTheOther() throws Exception {
        List<Authenticator.Found> found = logins("wrong");

        assertThat(found)
                .filteredOn(each -> each instanceof Authenticator.Refused refused && refused.why() == Refusal.PASSWORD)
                .hasSize(settings.maxFailures);
        assertThat(found)
                .filteredOn(each -> each instanceof Authenticator.Refused refused && refused.why() == Refusal.TOO_MANY)
                .hasSize(AT_ONCE - settings.maxFailures);
    }

    @Test
    @Timeout(60)
    void parallelLoginsThatAreRightAllSucceed() throws Exception {
        assertThat(logins("U*U")).allMatch(Authenticator.Known.class::isInstance);
    }

    /** Many of them from one address at once. */
    private List<Authenticator.Found> logins(String password) throws Exception {
        AuthConfig config = settings.config();
        Authenticator authenticator = new Authenticator(
                new Users(config),
                new Certificates(config),
                new Tokens(config, new TokenKeys(config), new IssuerKeys(config)),
                new Attempts(config));
        List<Callable<Authenticator.Found>> logins = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> (Callable<Authenticator.Found>) () -> authenticator.login("alice", password, ADDRESS))
                .toList();
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
            return executor.invokeAll(logins).stream().map(Future::resultNow).toList();
        }
    }
}
