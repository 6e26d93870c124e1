package org.fedoraproject.registry.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenConfigTest {
    @Test
    void nothingIsNeeded() {
        assertThat(new TokenSettings().config().policy()).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("registry.auth.policy is needed", settings -> {
                    settings.policy = null;
                    settings.keys = "keys";
                }),
                mistake("registry.auth.issuer-keys", settings -> settings.issuer = "https://issuer"),
                mistake("registry.auth.issuer", settings -> settings.issuerKeys = "keys"),
                mistake("registry.auth.service", settings -> settings.service = "a\"b"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreRefused(String said, Consumer<TokenSettings> change) {
        TokenSettings settings = new TokenSettings();
        settings.policy = "policy";
        change.accept(settings);

        assertThatIllegalArgumentException().isThrownBy(settings::config).withMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({
        "token-lifetime,   PT0S,  is not above PT0S: PT0S",
        "refresh-lifetime, PT0S,  is not above PT0S: PT0S",
        "key-rotation,     P-1D,  is not above PT0S: PT-24H",
        "clock-skew,       PT-1S, is below PT0S: PT-1S"
    })
    void valuesHaveBounds(String key, String value, String refusal) {
        Map<String, String> values =
                Map.of("registry.nfs.root", "/srv", "registry.auth.policy", "policy", "registry.auth." + key, value);

        assertThat(Configured.mistakes(TokenConfig.class, values))
                .filteredOn(mistake -> !mistake.startsWith("registry.nfs.root"))
                .filteredOn(mistake -> !mistake.startsWith("registry.auth.policy"))
                .containsExactly("registry.auth." + key + " " + refusal);
    }

    private static Arguments mistake(String said, Consumer<TokenSettings> change) {
        return Arguments.of(said, change);
    }
}
