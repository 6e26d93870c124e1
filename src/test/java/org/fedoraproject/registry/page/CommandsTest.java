package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.fedoraproject.registry.http.ClientUrl;
import org.junit.jupiter.api.Test;

class CommandsTest {
    @Test
    void commandsWorkWhereTheClientFoundUs() {
        Commands commands = new Commands(new ClientUrl("https", "registry.example.org"));

        assertThat(commands.podmanLogin()).isEqualTo("podman login registry.example.org");
        assertThat(commands.dockerPush("a:1")).isEqualTo("docker push registry.example.org/a:1");
        assertThat(commands.skopeoPush("NAME:TAG"))
                .isEqualTo("skopeo copy docker://quay.io/fedora/fedora-minimal docker://registry.example.org/NAME:TAG");
        assertThat(commands.isLocal()).isFalse();
        assertThat(commands.isPlain()).isFalse();
    }

    @Test
    void plainHttpIsForTheOwnMachineOnly() {
        Commands local = new Commands(new ClientUrl("http", "localhost:5000"));
        assertThat(local.podmanPush("a:1")).isEqualTo("podman push --tls-verify=false IMAGE localhost:5000/a:1");
        assertThat(local.skopeoPush("a:1")).startsWith("skopeo copy --dest-tls-verify=false docker://quay.io/");
        assertThat(local.skopeoPull("a:1"))
                .isEqualTo("skopeo copy --src-tls-verify=false docker://localhost:5000/a:1 oci-archive:image.tar");
        assertThat(local.isLocal()).isTrue();

        Commands remote = new Commands(new ClientUrl("http", "registry.example.org:5000"));
        assertThat(remote.isPlain()).isTrue();
        assertThat(remote.podmanPull("a:1")).doesNotContain("tls-verify");
        assertThat(new Commands(new ClientUrl("https", "localhost:5000")).podmanPull("a:1"))
                .doesNotContain("tls-verify");
    }
}
