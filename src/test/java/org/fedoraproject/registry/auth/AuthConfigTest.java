package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AuthConfigTest {
    @Test
    void nothingIsNeeded() {
        assertThat(new AuthSettings().config().policy()).isEmpty();
    }

    @Test
    void clientsAreToldOfTokensUnlessConfiguredOtherwise() {
        AuthSettings settings = new AuthSettings();
        settings.policy = "policy";
        assertThat(settings.config().effectiveChallenges()).containsExactly("bearer");
        settings.challenges = List.of("basic", "bearer");
        assertThat(settings.config().effectiveChallenges()).containsExactly("basic", "bearer");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("registry.auth.policy is needed", settings -> {
                    settings.policy = null;
                    settings.passwords = "htpasswd";
                }),
                mistake("registry.auth.issuer-keys", settings -> settings.issuer = "https://issuer"),
                mistake("registry.auth.issuer", settings -> settings.issuerKeys = "keys"),
                mistake("registry.auth.challenges", settings -> settings.challenges = List.of("digest")),
                mistake("registry.auth.service", settings -> settings.service = "a\"b"),
                mistake("registry.auth.realm", settings -> settings.realm = "/auth/token"),
                mistake("registry.auth.token-lifetime", settings -> settings.tokenLifetime = Duration.ZERO),
                mistake("registry.auth.refresh-lifetime", settings -> settings.refreshLifetime = Duration.ZERO),
                mistake("registry.auth.key-rotation", settings -> settings.keyRotation = Duration.ofDays(-1)),
                mistake("registry.auth.clock-skew", settings -> settings.clockSkew = Duration.ofSeconds(-1)),
                mistake("registry.auth.max-failures", settings -> settings.maxFailures = 0),
                mistake("registry.auth.failure-window", settings -> settings.failureWindow = Duration.ZERO));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreRefused(String said, Consumer<AuthSettings> change) {
        AuthSettings settings = new AuthSettings();
        settings.policy = "policy";
        change.accept(settings);

        assertThatIllegalArgumentException().isThrownBy(settings::config).withMessageContaining(said);
    }

    private static Arguments mistake(String said, Consumer<AuthSettings> change) {
        return Arguments.of(said, change);
    }
}
