package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageConfigTest {
    @Test
    void readsWhatTheConfigSays() {
        ImageConfig config = ImageConfig.parse(bytes("""
                {"os": "linux", "architecture": "arm", "variant": "v7", "created": "2025-01-02T03:04:05Z",
                 "history": [{"os": "other"}], "config": {"Env": ["a"], "Labels": {"b": "c", "d": ""}}}"""));

        assertThat(config)
                .isEqualTo(new ImageConfig(
                        "linux",
                        "arm",
                        "v7",
                        Optional.of(Instant.parse("2025-01-02T03:04:05Z")),
                        Map.of("b", "c", "d", ""),
                        List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                | it is not JSON
            no JSON                                           | it is not JSON
            []                                                | it is not an object
            "text"                                            | it is not an object
            {"config": 1}                                     | config has the wrong type or length
            {"config": {"Labels": ["a"]}}                     | Labels has the wrong type or length
            {"config": {"Labels": {"a": 1, "b": {"c": "d"}}}} | a label has the wrong type or length
            {"architecture": ["amd64"]}                       | architecture has the wrong type or length
            {"os": 5}                                         | os has the wrong type or length
            """)
    void whatCannotBeReadIsLeftOut(String json, String fault) {
        ImageConfig config = ImageConfig.parse(bytes(json));

        assertThat(config.faults()).containsExactly(fault);
        assertThat(config.labels()).isEmpty();
        assertThat(config.os() + config.architecture()).isEmpty();
    }

    @Test
    void whatComesBeforeAFaultIsKept() {
        ImageConfig config = ImageConfig.parse(bytes("""
                {"os": "linux", "config": {"Labels": {"a": "b"}}, "cut"""));

        assertThat(config.os()).isEqualTo("linux");
        assertThat(config.labels()).containsExactly(Map.entry("a", "b"));
        assertThat(config.faults()).containsExactly("it is not JSON");
    }

    @Test
    void longLabelsAreLeftOut() {
        String half = "x".repeat(ImageConfig.MAX_LABELS / 2);
        ImageConfig config = ImageConfig.parse(bytes("""
                {"config": {"Labels": {"a": "%s", "b": "%s", "c": "d"}}}""".formatted(half, half)));

        assertThat(config.labels()).containsOnlyKeys("a", "c");
        assertThat(config.faults()).containsExactly("its labels are too long");
    }

    @Test
    void deepNestingIsAFault() {
        assertThat(ImageConfig.parse(bytes("{\"a\":".repeat(100_000))).faults()).containsExactly("it is not JSON");
    }
}
