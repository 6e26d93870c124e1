package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.Wire;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands at {@code /}, for people and for programs. */
class RootIT extends DeployedRegistry {
    private static final String BROWSER = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";

    @ArquillianResource
    private URI base;

    private Wire wire;

    @BeforeEach
    void open() {
        wire = new Wire(base.getHost(), base.getPort());
    }

    @Test
    void browserIsToldHowToUseThisVeryHost() throws Exception {
        Reply page = wire.get("/", BROWSER, "Host: registry.test:5000");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
        assertThat(page.header("Vary")).isEqualTo("Accept, Authorization, Cookie");
        assertThat(page.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'self'; base-uri 'none'; ");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.text()).contains("podman pull registry.test:5000/NAME:TAG", "plain HTTP");
        assertThat(wire.send("HEAD", "/", List.of(BROWSER)).body()).isEmpty();
    }

    @Test
    void headersOfThoseWhoAreNoTrustedProxyChangeNothing() throws Exception {
        Reply page = wire.get(
                "/", BROWSER, "Host: registry.test", "X-Forwarded-Host: evil.test", "X-Forwarded-Proto: https");

        assertThat(page.text()).contains("podman pull registry.test/NAME:TAG").doesNotContain("evil");
    }

    @Test
    void hostThatIsNoneStandsInNoPage() throws Exception {
        for (String host : new String[] {"a<script>", "a\"b", "-o.test"}) {
            Reply refused = wire.get("/", BROWSER, "Host: " + host);

            assertThat(refused.status()).as(host).isEqualTo(400);
            assertThat(refused.text()).doesNotContain(host);
        }
    }

    @Test
    void filesOfPagesAreKeptUntilTheyChange() throws Exception {
        String page = wire.get("/", BROWSER).text();
        Matcher style =
                Pattern.compile("href=\"(/assets/[0-9a-f]{16})(/page.css)\"").matcher(page);
        assertThat(style.find()).isTrue();

        Reply kept = wire.get(style.group(1) + style.group(2), "Accept: text/css");
        assertThat(kept.status()).isEqualTo(200);
        assertThat(kept.header("Content-Type")).isEqualToIgnoringCase("text/css;charset=utf-8");
        assertThat(kept.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(kept.text()).contains(".page-header");
        Reply zipped = wire.get(style.group(1) + "/patternfly.css", "Accept-Encoding: gzip");
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(zipped.body()).hasSizeLessThan(60_000);
        Reply ofAnotherVersion = wire.get("/assets/0123456789abcdef/page.css", "Accept: text/css");
        assertThat(ofAnotherVersion.header("Cache-Control")).isEqualTo("no-cache");
        for (String none : List.of("/assets/", "/assets/page.css", "/assets/x/none.css", "/assets/x/y/page.css")) {
            assertThat(wire.get(none, "Accept: */*").status()).as(none).isEqualTo(404);
        }
    }

    @Test
    void failuresArePages() throws Exception {
        Reply missing = wire.get("/r/none/here", BROWSER);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
        assertThat(missing.text()).contains("There is no such page");
        assertThat(wire.get("/r/None", BROWSER).text()).contains("This address is not valid");
    }

    @Test
    void browserIsToldThatThereIsNothingAndProgramsGetWhatTheyHad() throws Exception {
        for (String path : List.of("/foo", "/foo/bar?x=y", "/v1/_ping", "/none.html", "/index.html", "/tags")) {
            Reply page = wire.get(path, BROWSER);
            assertThat(page.status()).as(path).isEqualTo(404);
            assertThat(page.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
            assertThat(page.header("Cache-Control")).isEqualTo("no-store");
            assertThat(page.text()).contains("There is no such page", "Go to the front page");
            assertThat(wire.send("HEAD", path, List.of(BROWSER)).status()).isEqualTo(404);
            for (Reply program : List.of(wire.get(path, "Accept: */*"), wire.send("POST", path, List.of(BROWSER)))) {
                assertThat(program.status()).as(path).isEqualTo(404);
                assertThat(program.text()).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
            }
        }
        for (String path : List.of("/v2/foo", "/v2/a/blobs", "/api/foo", "/index/foo", "/auth/foo", "/app-icons/x")) {
            Reply error = wire.get(path, BROWSER);
            assertThat(error.status()).as(path).isEqualTo(404);
            assertThat(error.text()).as(path).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
        }
    }

    /** Here it is off. */
    @Test
    void pagesNeedNoIndex() throws Exception {
        assertThat(wire.get("/", BROWSER).text()).contains("Find by the beginning of the name");
        assertThat(wire.get("/?q=none", BROWSER).text()).contains("A name is found only by its beginning");
        assertThat(wire.get("/api/v1/repositories", "Accept: */*").status()).isEqualTo(404);
    }

    @Test
    void programsGetAnEmptyAnswer() throws Exception {
        for (String accept : new String[] {"Accept: */*", "Accept: application/json", "X-Nothing: x"}) {
            Reply empty = wire.get("/", accept);

            assertThat(empty.status()).isEqualTo(200);
            assertThat(empty.header("Vary")).isEqualTo("Accept");
            assertThat(empty.body()).isEmpty();
        }
    }
}
