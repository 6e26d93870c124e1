package org.fedoraproject.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenIdConfigTest {
    private static final String PREFIX = "registry.console.openid-";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://sso.example.org/realms/infrastructure",
                "https://id.example.org/openidc/",
                "http://localhost:8080/realms/x",
                "http://127.0.0.1:8080",
                "http://[::1]:8080"
            })
    void issuerIsAskedByTlsOrOnThisHost(String issuer) {
        OpenIdSettings settings = new OpenIdSettings();
        settings.issuer = issuer;

        assertThat(settings.config().issuer()).isPresent();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("issuer is no https URL", settings -> settings.issuer = "http://sso.example.org"),
                mistake("issuer is no https URL", settings -> settings.issuer = "http://localhost.example.org"),
                mistake("issuer is no https URL", settings -> settings.issuer = "ldaps://sso.example.org"),
                mistake("issuer is no https URL", settings -> settings.issuer = "//sso.example.org"),
                mistake("issuer is no https URL", settings -> settings.issuer = "https:///realms"),
                mistake("issuer is no https URL", settings -> settings.issuer = "sso"),
                mistake("issuer is no https URL", settings -> settings.issuer = "https://a:b@sso.example.org"),
                mistake("issuer is no https URL", settings -> settings.issuer = "https://sso.example.org?x"),
                mistake("issuer is no https URL", settings -> settings.issuer = "https://sso.example.org#x"),
                mistake("issuer needs registry.auth.policy", settings -> settings.policy = null),
                mistake("issuer needs " + PREFIX + "client-id", settings -> settings.client = null),
                mistake("client-id needs " + PREFIX + "issuer", settings -> settings.issuer = null),
                mistake("scope is of words", settings -> settings.scope = "profile openid2"),
                mistake("scope is of words", settings -> settings.scope = "openid p\"x"),
                mistake("client-secret-file: cannot read /none", settings -> settings.secretFile = "/none"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakesAreRefused(String said, Consumer<OpenIdSettings> change) {
        OpenIdSettings settings = new OpenIdSettings();
        settings.issuer = "https://sso.example.org";
        change.accept(settings);

        assertThatIllegalArgumentException()
                .isThrownBy(settings::config)
                .withMessageContaining(PREFIX + said)
                .withMessageNotContaining("\n");
    }

    @Test
    void timeoutHasBounds() {
        for (String wrong : new String[] {"PT0S", "PT31S", "5"}) {
            assertThat(Configured.mistakes(OpenIdConfig.class, Map.of(PREFIX + "timeout", wrong)))
                    .singleElement()
                    .asString()
                    .startsWith(PREFIX + "timeout");
        }
    }

    private static Arguments mistake(String said, Consumer<OpenIdSettings> change) {
        return Arguments.of(said, change);
    }
}
