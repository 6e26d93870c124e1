package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConfigTest {

    @Test
    void nobodyIsTrustedWithoutBeingNamed() {
        assertThat(new HttpConfig(Optional.empty(), "X-Forwarded-For", Duration.ZERO)
                        .proxies()
                        .networks())
                .isEmpty();
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource({
        "10.0.0.0/8x, X-Forwarded-For,   PT0S,  registry.http.trusted-proxies",
        "proxy01,     X-Forwarded-For,   PT0S,  registry.http.trusted-proxies",
        "10.0.0.0/8,  X-Forwarded-Proto, PT0S,  registry.http.forwarded-header",
        "10.0.0.0/8,  '',                PT0S,  registry.http.forwarded-header"
    })
    void refusalNamesTheKey(String proxies, String forwardedHeader, Duration hsts, String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpConfig(Optional.of(List.of(proxies)), forwardedHeader, hsts))
                .withMessageContaining(key);
    }

    @Test
    void clientsCannotBeToldToInsistForLessThanNoTime() {
        assertThat(Configured.mistakes(HttpConfig.class, Map.of("registry.http.hsts", "PT-1S")))
                .containsExactly("registry.http.hsts is below PT0S: PT-1S");
    }
}
