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

class RepositoryNameTest {
    private static final Pattern SPEC =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    static Stream<String> good() {
        return Stream.of(
                "a",
                "0",
                "fedora",
                "fedora/fedora-minimal",
                "a/b/c/d",
                "a.b",
                "a_b",
                "a__b",
                "a-b",
                "a---b",
                "blobs/uploads/manifests/tags/list",
                "x".repeat(255));
    }

    @ParameterizedTest
    @MethodSource("good")
    void parseAndToStringAreInverse(String text) {
        assertThat(RepositoryName.parse(text)).hasToString(text);
        assertThat(RepositoryName.isName(text)).isTrue();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("/a", "a slash first"),
                Arguments.of("a/", "a slash last"),
                Arguments.of("a//b", "an empty component"),
                Arguments.of(".", "the directory itself"),
                Arguments.of("..", "the directory above"),
                Arguments.of("a/../b", "a way out"),
                Arguments.of("_a", "a separator first, as docker-distribution's own directories"),
                Arguments.of("a/_layers", "a separator first in a component"),
                Arguments.of("a-", "a separator last"),
                Arguments.of("a-/b", "a separator last in a component"),
                Arguments.of("a..b", "two dots"),
                Arguments.of("a___b", "three underscores"),
                Arguments.of("a._b", "two separators"),
                Arguments.of("A", "upper case"),
                Arguments.of("a:b", "a colon"),
                Arguments.of("a b", "a blank"),
                Arguments.of("a\0b", "a NUL"),
                Arguments.of("\u00e9", "a letter outside ASCII"),
                Arguments.of("x".repeat(256), "256 characters"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void rejects(String text, String why) {
        assertRefused(ErrorCode.NAME_INVALID, () -> RepositoryName.parse(text));
        assertThat(RepositoryName.isName(text)).isFalse();
    }

    @Test
    void agreesWithTheSpecsExpression() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            String text = Texts.random(random, "ab0._-/A", 8);
            assertThat(RepositoryName.isName(text))
                    .as(text)
                    .isEqualTo(SPEC.matcher(text).matches());
        }
    }
}
