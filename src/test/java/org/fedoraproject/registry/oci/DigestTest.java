package org.fedoraproject.registry.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final String HEX_64 = "0123456789abcdef".repeat(4);
    private static final String HEX_128 = HEX_64 + HEX_64;

    static Stream<String> good() {
        return Stream.of("sha256:" + HEX_64, "sha512:" + HEX_128);
    }

    @ParameterizedTest
    @MethodSource("good")
    void parseAndToStringAreInverse(String text) {
        assertThat(Digest.parse(text)).hasToString(text);
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of(HEX_64, "no algorithm"),
                Arguments.of(":" + HEX_64, "empty algorithm"),
                Arguments.of("sha256:", "no hex"),
                Arguments.of("sha256:" + HEX_64.substring(1), "a digit short"),
                Arguments.of("sha256:" + HEX_64 + "0", "a digit long"),
                Arguments.of("sha256:" + HEX_128, "the length of another algorithm"),
                Arguments.of("sha512:" + HEX_64, "the length of another algorithm"),
                Arguments.of("sha256:" + HEX_64.replace('a', 'A'), "an upper-case digit"),
                Arguments.of("sha256:" + HEX_64.replace('a', 'g'), "not a hex digit"),
                Arguments.of("sha256:" + HEX_64.replace('0', '/'), "the character before 0"),
                Arguments.of("sha256:" + HEX_64.replace('0', '\u0660'), "a digit of another script"),
                Arguments.of("SHA256:" + HEX_64, "an upper-case algorithm"),
                Arguments.of("sha384:" + HEX_64 + HEX_64.substring(32), "an algorithm that is not registered"),
                Arguments.of("md5:" + HEX_64.substring(32), "a broken algorithm"),
                Arguments.of("sha256:sha256:" + HEX_64, "two algorithms"),
                Arguments.of(" sha256:" + HEX_64, "a blank before"),
                Arguments.of("sha256:" + HEX_64 + "\n", "a line end behind"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void rejects(String text, String why) {
        assertThat(assertRefused(ErrorCode.DIGEST_INVALID, () -> Digest.parse(text)))
                .message()
                .isNotBlank();
    }

    @Test
    void ofIsTheDigestOfTheContent() {
        byte[] abc = "abc".getBytes(US_ASCII);

        assertThat(Digest.of(abc))
                .hasToString("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Digest.of(Digest.Algorithm.SHA512, abc))
                .hasToString("sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void algorithmParseAndToStringAreInverse(String text) {
        assertThat(Digest.Algorithm.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SHA256", "SHA-256", "sha384", "sha256 "})
    void rejectsAlgorithmThatIsNotRegistered(String text) {
        assertRefused(ErrorCode.DIGEST_INVALID, () -> Digest.Algorithm.parse(text));
    }
}
