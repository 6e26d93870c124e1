package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreationTimeTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            2024-02-29T12:00:00Z           , 2024-02-29T12:00:00Z
            2024-02-29T12:00:00.123456789Z , 2024-02-29T12:00:00.123456789Z
            2024-02-29T12:00:00+02:00      , 2024-02-29T10:00:00Z
            1981-01-01T00:00:00Z           , 1981-01-01T00:00:00Z
            """)
    void readsTimes(String text, Instant time) {
        assertThat(CreationTime.ofConfig(config(text))).contains(time);
        assertThat(CreationTime.ofManifest(manifest(text))).contains(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // builders that do not say
                "yesterday",
                "2024-02-30T12:00:00Z", // no such day
                "2024-02-29", // no time of day
                "0001-01-01T00:00:00Z", // the zero of Go
                "1970-01-01T00:00:00Z", // reproducible builds
                "1980-01-01T00:00:01Z" // buildpacks
            })
    void takesOtherTimesAsNone(String text) {
        assertThat(CreationTime.ofConfig(config(text))).isEmpty();
        assertThat(CreationTime.ofManifest(manifest(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "{\"created\": 5}",
                "{\"created\": null}",
                "{\"x\": {\"created\": \"2024-02-29T12:00:00Z\"}}", // not at the top
                "{\"x\": [",
                "{\"annotations\": [\"org.opencontainers.image.created\"]}",
                "{\"annotations\": {\"created\": \"2024-02-29T12:00:00Z\"}"
            })
    void findsNoneElsewhere(String json) {
        assertThat(CreationTime.ofConfig(bytes(json))).isEmpty();
        assertThat(CreationTime.ofManifest(bytes(json))).isEmpty();
    }

    @Test
    void survivesDeepNesting() {
        assertThat(CreationTime.ofConfig(bytes("{\"x\": " + "[".repeat(100_000))))
                .isEmpty();
    }

    private static byte[] config(String created) {
        return bytes(
                "{\"history\": [{\"created\": \"x\"}], \"created\": \"%s\", \"os\": \"linux\"}".formatted(created));
    }

    private static byte[] manifest(String created) {
        return bytes(
                "{\"created\": \"x\", \"annotations\": {\"a\": \"b\", \"org.opencontainers.image.created\": \"%s\"}}"
                        .formatted(created));
    }
}
