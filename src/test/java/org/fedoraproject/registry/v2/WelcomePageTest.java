package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.fedoraproject.registry.http.ClientUrl;
import org.junit.jupiter.api.Test;

class WelcomePageTest {
    private final WelcomePage page = new WelcomePage();

    @Test
    void commandsWorkWhereTheClientFoundUs() {
        String html = page.of(new ClientUrl("https", "registry.example.org"));

        assertThat(html)
                .contains("podman login registry.example.org\n", "docker push registry.example.org/NAME:TAG")
                .contains("docker://quay.io/fedora/fedora-minimal docker://registry.example.org/NAME:TAG")
                .doesNotContain("tls-verify", "plain HTTP")
                .doesNotContainPattern("\\{/?[a-z-]+}");
    }

    @Test
    void plainHttpIsForTheOwnMachineOnly() {
        assertThat(page.of(new ClientUrl("http", "localhost:5000")))
                .contains("podman push --tls-verify=false IMAGE localhost:5000/NAME:TAG")
                .contains("skopeo copy --dest-tls-verify=false docker://quay.io/")
                .contains("skopeo copy --src-tls-verify=false docker://localhost:5000/NAME:TAG")
                .contains("on your own machine");
        assertThat(page.of(new ClientUrl("http", "registry.example.org:5000")))
                .doesNotContain("tls-verify", "on your own machine")
                .contains("insecure registry");
        assertThat(page.of(new ClientUrl("https", "localhost:5000"))).doesNotContain("tls-verify");
    }

    @Test
    void policyAllowsTheStyleThatIsThere() throws Exception {
        String html = page.of(new ClientUrl("https", "registry.example.org"));
        String style = html.substring(html.indexOf("<style>") + 7, html.indexOf("</style>"));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));

        assertThat(page.policy())
                .startsWith("default-src 'none'; ")
                .contains("style-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
        assertThat(html).doesNotContain("<script", " style=", "http:");
    }
}
