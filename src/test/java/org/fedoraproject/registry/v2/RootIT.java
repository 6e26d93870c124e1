package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
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
        assertThat(page.header("Vary")).isEqualTo("Accept");
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'; style-src 'sha256-");
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
    void programsGetAnEmptyAnswer() throws Exception {
        for (String accept : new String[] {"Accept: */*", "Accept: application/json", "X-Nothing: x"}) {
            Reply empty = wire.get("/", accept);

            assertThat(empty.status()).isEqualTo(200);
            assertThat(empty.header("Vary")).isEqualTo("Accept");
            assertThat(empty.body()).isEmpty();
        }
    }
}
