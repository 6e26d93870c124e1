package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TagTest {
    private static final Pattern SPEC = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    static Stream<String> good() {
        return Stream.of(
                "a",
                "Z",
                "0",
                "_",
                "latest",
                "1.0",
                "v1.2.3-rc.1_2",
                "_-.",
                "sha256-" + "0".repeat(64),
                "x".repeat(128));
    }

    @ParameterizedTest
    @MethodSource("good")
    void parseAndToStringAreInverse(String text) {
        assertThat(Tag.parse(text)).hasToString(text);
        assertThat(Tag.isTag(text)).isTrue();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of(".", "the directory itself"),
                Arguments.of("..", "the directory above"),
                Arguments.of(".a", "a dot first"),
                Arguments.of("-a", "a dash first"),
                Arguments.of("a/b", "a slash"),
                Arguments.of("a:b", "a colon"),
                Arguments.of("a+b", "a plus"),
                Arguments.of("a b", "a blank"),
                Arguments.of("a\0", "a NUL"),
                Arguments.of("\u00e9", "a letter outside ASCII"),
                Arguments.of("x".repeat(129), "129 characters"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void rejects(String text, String why) {
        assertRefused(ErrorCode.TAG_INVALID, () -> Tag.parse(text));
        assertThat(Tag.isTag(text)).isFalse();
    }

    @Test
    void agreesWithTheSpecsExpression() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String text = Texts.random(random, "aZ09_.-/:+ ", 6);
            assertThat(Tag.isTag(text)).as(text).isEqualTo(SPEC.matcher(text).matches());
        }
    }
}
