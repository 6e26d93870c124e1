package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;

import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDepthTest {
    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{} ~ 1",
                "[[[]]] ~ 3",
                "[{\"a\": [1]}, {}] ~ 3",
                "{\"[[[[\": \"{{{{\"} ~ 1",
                "{\"a\\\"[[[\": \"\\\\\", \"b\": []} ~ 2",
                "3 ~ 0",
                "]]]][[[ ~ 0",
                "\"[[[ ~ 0",
                "\"\\ ~ 0"
            })
    void depthIsThatOfArraysAndObjects(String json, int depth) {
        assertThat(JsonDepth.exceeds(Content.bytes(json), depth)).isFalse();
        if (depth > 0) {
            assertThat(JsonDepth.exceeds(Content.bytes(json), depth - 1)).isTrue();
        }
    }
}
