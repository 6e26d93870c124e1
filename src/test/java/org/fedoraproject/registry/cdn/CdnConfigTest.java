package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CdnConfigTest {
    @TempDir
    Path directory;

    private final CdnSettings settings = new CdnSettings();

    @ParameterizedTest
    @CsvSource({
        "https://cdn.test, false",
        "https://cdn.test/, false",
        "https://cdn.test:8443/registry, false",
        "https://[2001:db8::1]:8443, false",
        "https://cdn.test, true",
        "http://localhost:8080, true",
        ", false"
    })
    void takes(String url, boolean allowHttp) {
        settings.url = url;
        settings.allowHttp = allowHttp;

        assertThat(settings.config().url().map(Object::toString).orElse(null)).isEqualTo(url);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("registry.cdn.url", "http without the flag", it -> it.url = "http://cdn.test"),
                refusal("registry.cdn.allow-http", "http without the flag", it -> it.url = "http://cdn.test"),
                refusal("registry.cdn.url", "another scheme", it -> it.url = "ftp://cdn.test"),
                refusal("registry.cdn.url", "another scheme with the flag", it -> {
                    it.url = "ftp://cdn.test";
                    it.allowHttp = true;
                }),
                refusal("registry.cdn.url", "no scheme", it -> it.url = "//cdn.test"),
                refusal("registry.cdn.url", "a path", it -> it.url = "/cdn"),
                refusal("registry.cdn.url", "a name", it -> it.url = "cdn.test"),
                refusal("registry.cdn.url", "no host", it -> it.url = "https:///cdn"),
                refusal("registry.cdn.url", "an opaque URI", it -> it.url = "https:cdn.test"),
                refusal("registry.cdn.url", "a query", it -> it.url = "https://cdn.test/?a=b"),
                refusal("registry.cdn.url", "a fragment", it -> it.url = "https://cdn.test/#a"),
                refusal("registry.cdn.networks", "too many bits", it -> it.networks = "10.0.0.0/33"),
                refusal("registry.cdn.networks", "a name", it -> it.networks = "cdn.test/24"),
                refusal("registry.cdn.direct-networks", "too many bits", it -> it.directNetworks = "::/129"),
                refusal("registry.cdn.direct-networks", "a name", it -> it.directNetworks = "builders"),
                refusal("registry.cdn.secret-file", "a header alone", it -> it.secretHeader = "X-Cdn"),
                refusal("registry.cdn.secret-header", "a file alone", it -> it.secretFile = "/etc/secret"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusals")
    void refusalNamesTheKey(String key, String why, Consumer<CdnSettings> change) {
        change.accept(settings);

        assertThatIllegalArgumentException().isThrownBy(settings::config).withMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource({
        "registry.cdn.probe-interval, PT0S",
        "registry.cdn.probe-interval, PT-0.001S",
        "registry.cdn.probe-timeout,  PT0S",
        "registry.cdn.probe-timeout,  PT-0.001S"
    })
    void probesTakeSomeTime(String key, String value) {
        assertThat(Configured.mistakes(CdnConfig.class, Map.of(key, value)))
                .containsExactly(key + " is not above PT0S: " + value);
    }

    @Test
    void secretFileThatCannotBeReadIsRefused() throws IOException {
        settings.secretHeader = "X-Cdn";
        for (Path bad : new Path[] {directory.resolve("none"), directory, Files.writeString(file(), " \n")}) {
            settings.secretFile = bad.toString();
            CdnConfig config = settings.config();

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RedirectExemptions(config))
                    .withMessageContainingAll("registry.cdn.secret-file", bad.toString());
        }
    }

    private Path file() {
        return directory.resolve("secret");
    }

    private static Arguments refusal(String key, String why, Consumer<CdnSettings> change) {
        return arguments(key, why, change);
    }
}
