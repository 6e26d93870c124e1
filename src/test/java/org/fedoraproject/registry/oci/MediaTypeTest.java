package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {

    static Stream<String> good() {
        return Stream.of(
                "application/json",
                "application/vnd.oci.image.manifest.v1+json",
                "X/Y",
                "0/1",
                "a/b!#$&-^_.+",
                "a".repeat(127) + "/" + "b".repeat(127));
    }

    @ParameterizedTest
    @MethodSource("good")
    void parseAndToStringAreInverse(String text) {
        assertThat(MediaType.parse(text)).hasToString(text);
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("application", "no slash"),
                Arguments.of("/json", "no type"),
                Arguments.of("application/", "no subtype"),
                Arguments.of("a/b/c", "two slashes"),
                Arguments.of("a b/c", "a blank"),
                Arguments.of("*/*", "a wildcard"),
                Arguments.of("a/b\r\nX: y", "a header that is smuggled in"),
                Arguments.of("a/+json", "a mark first (RFC 6838, 4.2)"),
                Arguments.of(".a/json", "a mark first (RFC 6838, 4.2)"),
                Arguments.of("a/\u212a", "the sign for kelvin, whose lower case is k"),
                Arguments.of("a/" + "b".repeat(128), "a subtype of 128 characters"),
                Arguments.of("a".repeat(128) + "/b", "a type of 128 characters"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void rejects(String text, String why) {
        assertRefused(ErrorCode.MANIFEST_INVALID, () -> MediaType.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=utf-8", " application/json ", "application/json;"})
    void parseDropsParametersAndBlanks(String text) {
        assertThat(MediaType.parse(text)).hasToString("application/json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/json                     | true  | the same
            APPLICATION/JSON                     | true  | types are compared without case
            text/html, application/json          | true  | among others
            text/html,application/json;q=0.5     | true  | with a weight
            */*                                  | true  | anything
            application/*                        | true  | anything of that type
            text/html                            | false | another
            text/*                               | false | anything of another type
            application/json2                    | false | only the beginning is the same
            ''                                   | false | nothing
            """)
    void acceptedByNameOrWildcard(String accept, boolean accepted, String why) {
        assertThat(new MediaType("application/json").acceptedBy(Optional.of(accept)))
                .as(why)
                .isEqualTo(accepted);
    }

    @Test
    void acceptedWhereNothingIsAskedFor() {
        assertThat(MediaType.OCI_INDEX.acceptedBy(Optional.empty())).isTrue();
    }

    @Test
    void knowsBothTypesOfSchema1() {
        assertThat(new MediaType("application/vnd.docker.distribution.manifest.v1+json").isSchema1())
                .isTrue();
        assertThat(new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws").isSchema1())
                .isTrue();
        assertThat(MediaType.DOCKER_MANIFEST.isSchema1()).isFalse();
        assertThat(MediaType.OCI_MANIFEST.isSchema1()).isFalse();
    }
}
