package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({"challenges,       digest, 'is basic or bearer, not digest'"})
    void valuesHaveBounds(String key, String value, String refusal) {
        Map<String, String> values = Map.of("registry.auth.policy", "policy", "registry.auth." + key, value);

        assertThat(Configured.mistakes(AuthConfig.class, values))
                .filteredOn(mistake -> !mistake.startsWith("registry.auth.policy"))
                .containsExactly("registry.auth." + key + " " + refusal);
    }

    private static Arguments mistake(String said, Consumer<AuthSettings> change) {
        return Arguments.of(said, change);
    }
}
