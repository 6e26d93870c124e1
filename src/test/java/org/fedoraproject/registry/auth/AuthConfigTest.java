package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
        assertThat(new AuthSettings().config().policy().file()).isEmpty();
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
                mistake("registry.auth.challenges", settings -> settings.challenges = List.of("digest")),
                mistake("registry.auth.realm", settings -> settings.realm = "/auth/token"));
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
