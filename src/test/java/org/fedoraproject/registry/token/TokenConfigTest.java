package org.fedoraproject.registry.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenConfigTest {
    @Test
    void nothingIsNeeded() {
        assertThat(new TokenSettings().config().policy().file()).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("registry.auth.policy is needed", settings -> {
                    settings.policy = null;
                    settings.keys = "keys";
                }),
                mistake("registry.auth.issuer-keys", settings -> settings.issuer = "https://issuer"),
                mistake("registry.auth.issuer", settings -> settings.issuerKeys = "keys"),
                mistake("registry.auth.service", settings -> settings.service = "a\"b"),
                mistake("registry.auth.token-lifetime", settings -> settings.lifetime = Duration.ZERO),
                mistake("registry.auth.refresh-lifetime", settings -> settings.refreshLifetime = Duration.ZERO),
                mistake("registry.auth.key-rotation", settings -> settings.keyRotation = Duration.ofDays(-1)),
                mistake("registry.auth.clock-skew", settings -> settings.clockSkew = Duration.ofSeconds(-1)));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreRefused(String said, Consumer<TokenSettings> change) {
        TokenSettings settings = new TokenSettings();
        settings.policy = "policy";
        change.accept(settings);

        assertThatIllegalArgumentException().isThrownBy(settings::config).withMessageContaining(said);
    }

    private static Arguments mistake(String said, Consumer<TokenSettings> change) {
        return Arguments.of(said, change);
    }
}
