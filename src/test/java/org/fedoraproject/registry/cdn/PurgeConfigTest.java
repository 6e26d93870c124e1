package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.util.Throwables.getStackTrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeConfigTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{3}")
    @CsvSource({
        "purge.test/{path},        POST,    PT5S,  registry.cdn.purge-url,      no scheme",
        "ftp://purge.test{path},   POST,    PT5S,  registry.cdn.purge-url,      another scheme",
        "{path},                   POST,    PT5S,  registry.cdn.purge-url,      a path",
        "https://,                 POST,    PT5S,  registry.cdn.purge-url,      no host",
        "https://a b{path},        POST,    PT5S,  registry.cdn.purge-url,      a space",
        "https://a/{zone},         POST,    PT5S,  registry.cdn.purge-url,      a place that nothing fills",
        "https://a{path},          '',      PT5S,  registry.cdn.purge-method,   nothing",
        "https://a{path},          A B,     PT5S,  registry.cdn.purge-method,   two words",
        "https://a{path},          CONNECT, PT5S,  registry.cdn.purge-method,   what the client cannot"
    })
    void refusalNamesTheKey(String url, String method, Duration interval, String key, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new PurgeConfig(Optional.of(url), method, Optional.empty(), Optional.empty(), interval))
                .withMessageContaining(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void thereIsTimeBetweenPurges(String interval) {
        assertThat(Configured.mistakes(PurgeConfig.class, Map.of("registry.cdn.purge-interval", interval)))
                .containsExactly("registry.cdn.purge-interval is not above PT0S: " + interval);
    }

    @ParameterizedTest
    @CsvSource({
        "https://purge.test{path},              https://purge.test/v2/a/blobs/sha256:1",
        "{url},                                 https://cdn.test/v2/a/blobs/sha256:1",
        "http://purge.test/?of={path}&also={path},"
                + " http://purge.test/?of=/v2/a/blobs/sha256:1&also=/v2/a/blobs/sha256:1",
        "https://purge.test/all,                https://purge.test/all"
    })
    void urlIsFilled(String template, String filled) {
        new PurgeConfig(Optional.of(template), "PURGE", Optional.empty(), Optional.empty(), Duration.ofSeconds(1));

        assertThat(PurgeConfig.fill(template, "/v2/a/blobs/sha256:1", "https://cdn.test"))
                .isEqualTo(filled);
    }

    @Test
    void headersAreReadFromTheFile() throws IOException {
        assertThat(headers("\nAuthorization: Bearer a:b\nX-Empty:\n Accept : */* \n")
                        .headers())
                .containsExactly(entry("Authorization", "Bearer a:b"), entry("X-Empty", ""), entry("Accept", "*/*"));
        assertThat(with(Optional.empty()).headers()).isEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "open sesame,           no colon",
        ": open sesame,         no name",
        "Host: open sesame,     a header that is the client's own",
        "A B: open sesame,      a space in the name",
        "X-A: open \u0007sesame, a bell in the value",
        "'',                    an empty file"
    })
    void badHeaderIsRefusedWithoutTellingIt(String content, String why) throws IOException {
        PurgeConfig config = headers(content);

        assertThatIllegalArgumentException()
                .isThrownBy(config::headers)
                .withMessageContaining("registry.cdn.purge-header-file")
                .satisfies(refusal -> assertThat(getStackTrace(refusal)).doesNotContain("sesame"));
    }

    @Test
    void headerFileThatIsMissingIsRefused() {
        PurgeConfig config = with(Optional.of(directory.resolve("none").toString()));

        assertThatIllegalArgumentException()
                .isThrownBy(config::headers)
                .withMessageContaining("registry.cdn.purge-header-file");
    }

    private PurgeConfig headers(String content) throws IOException {
        return with(Optional.of(
                Files.writeString(directory.resolve("headers"), content).toString()));
    }

    private static PurgeConfig with(Optional<String> headerFile) {
        return new PurgeConfig(
                Optional.of("https://purge.test{path}"), "POST", Optional.empty(), headerFile, Duration.ofSeconds(5));
    }
}
