package org.fedoraproject.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
    /** What is configured, and what a browser writes for the same. */
    @ParameterizedTest
    @CsvSource({
        "https://ui.example.org,          https://ui.example.org",
        "' https://ui.example.org ',      https://ui.example.org",
        "HTTPS://UI.Example.ORG,          https://ui.example.org",
        "https://ui.example.org:443,      https://ui.example.org",
        "http://ui.example.org:80,        http://ui.example.org",
        "http://ui.example.org:443,       http://ui.example.org:443",
        "https://ui.example.org:8443,     https://ui.example.org:8443",
        "http://localhost:08080,          http://localhost:8080",
        "http://192.0.2.7,                http://192.0.2.7",
        "http://[2001:db8::7]:3000,       http://[2001:db8::7]:3000",
        "https://build_1.example.org,     https://build_1.example.org",
        "https://xn--bcher-kva.example,   https://xn--bcher-kva.example",
        "moz-extension://0a1b-2c,         moz-extension://0a1b-2c"
    })
    void originIsTakenAsBrowsersWriteIt(String configured, String sent) {
        Origins origins = parse(configured);

        assertThat(origins.allowed(sent)).hasValue(sent);
        assertThat(origins.vary()).isTrue();
    }

    /** With why not. */
    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "ui.example.org,                   no scheme",
        "//ui.example.org,                 none either",
        "https:ui.example.org,             no slashes",
        "https://,                         no host",
        "https://ui.example.org/,          a slash behind",
        "https://ui.example.org/registry,  a path",
        "https://ui.example.org?x,         a query",
        "https://alice@ui.example.org,     a user",
        "https://*.example.org,            a pattern",
        "https://bücher.example,           letters that no browser writes there",
        "https://ui.example.org:,          an empty port",
        "https://ui.example.org:0,         no port",
        "https://ui.example.org:65536,     no port any more",
        "https://ui.example.org:https,     a port by name",
        "https://2001:db8::7,              IPv6 without brackets",
        "https://a.example https://b.example, a blank between two",
        "null,                             what browsers send for pages that have none",
        "**,                               two stars",
        "'',                               nothing"
    })
    void whatIsNoOriginIsRefusedAndTheKeyNamed(String configured, String why) {
        assertThatIllegalArgumentException()
                .as(why)
                .isThrownBy(() -> new CorsConfig(Optional.of(List.of("https://good.example", configured))))
                .withMessageContaining("registry.http.cors-origins")
                .withMessageContaining(configured);
    }

    @Test
    void starStandsAlone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CorsConfig(Optional.of(List.of("*", "https://ui.example.org"))))
                .withMessageContaining("registry.http.cors-origins");
    }

    @Test
    void otherOriginsAreNotAllowed() {
        Origins origins = parse("https://ui.example.org", "http://localhost:3000");

        assertThat(origins.allowed("http://localhost:3000")).hasValue("http://localhost:3000");
        for (String other : new String[] {
            null,
            "",
            "null",
            "*",
            "http://ui.example.org",
            "https://ui.example.org:8443",
            "https://ui.example.org.evil.test",
            "https://evil.test",
            "https://ui.example.org/",
            "http://localhost",
            "https://ui.example.org, https://evil.test"
        }) {
            assertThat(origins.allowed(other)).as(other).isEmpty();
        }
    }

    /** One answer for all, so that caches may keep it. */
    @Test
    void starAllowsEachOriginAndAnswersAlike() {
        Origins origins = parse("*");

        assertThat(origins.allowed("https://ui.example.org")).hasValue("*");
        assertThat(origins.allowed("null")).hasValue("*");
        assertThat(origins.allowed(null)).hasValue("*");
        assertThat(origins.vary()).isFalse();
    }

    @Test
    void nobodyIsAllowedWithoutBeingNamed() {
        Origins origins = new CorsConfig(Optional.empty()).origins();

        assertThat(origins.allowed("https://ui.example.org")).isEmpty();
        assertThat(origins.allowed("*")).isEmpty();
        assertThat(origins.allowed(null)).isEmpty();
        assertThat(origins.vary()).isFalse();
    }

    private static Origins parse(String... configured) {
        return new CorsConfig(Optional.of(List.of(configured))).origins();
    }
}
