package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitConfigTest {
    @ParameterizedTest
    @CsvSource({
        "http.max-requests,         -1,         is below 0: -1",
        "http.max-requests,         2147483648, is no whole number that fits: 2147483648",
        "http.request-window,       PT0S,       is not above PT0S: PT0S",
        "http.max-requests-at-once, -1,         is below 0: -1",
        "http.max-threads,          0,          is below 1: 0",
        "http.max-uploads,          -1,         is below 0: -1",
        "http.max-url-length,       0,          is below 1: 0",
        "http.max-url-length,       24577,      is above 24576: 24577",
        "http.max-header-size,      0,          is below 1: 0",
        "http.max-header-size,      98305,      is above 98304: 98305",
        "http.min-body-rate,        -1,         is below 0: -1",
        "http.body-patience,        PT-1S,      is not above PT0S: PT-1S",
        "http.min-answer-rate,      -1,         is below 0: -1",
        "http.answer-patience,      PT0S,       is not above PT0S: PT0S",
        "auth.max-failures,         0,          is below 1: 0",
        "auth.failure-window,       PT0S,       is not above PT0S: PT0S"
    })
    void refusalNamesTheKey(String key, String value, String refusal) {
        assertThat(Configured.mistakes(LimitConfig.class, Map.of("registry." + key, value)))
                .containsExactly("registry." + key + " " + refusal);
    }
}
