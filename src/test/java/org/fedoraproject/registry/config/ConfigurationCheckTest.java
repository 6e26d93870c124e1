package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationCheckTest {
    private final ConfigurationCheck keys =
            new ConfigurationCheck(Set.of("registry.nfs.root", "registry.nfs.max-connections"));

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource({
        "registry.nfs.root, a key",
        "registry.nfs.max-connections, a key with a dash",
        "REGISTRY_NFS_MAX_CONNECTIONS, a key in the environment",
        "registry.nfs.max.connections, a key in the environment as some sources name it",
        "REGISTRY_AUTH_FILE, the containers tools' variable",
        "java.home, a property of others",
        "registryx.nfs.root, a property of others",
        "PATH, a variable of others"
    })
    void takes(String name, String why) {
        assertThat(keys.unknown(List.of(name))).isEmpty();
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource({
        "registry.nfs.rot, misspelt",
        "registry.nfs, half a key",
        "registry.nfs.root.x, more than a key",
        "REGISTRY_NFS_ROT, misspelt in the environment",
        "REGISTRY_MAX_CONNECTIONS, half a key in the environment"
    })
    void refuses(String name, String why) {
        assertThat(keys.unknown(List.of("registry.nfs.root", name))).containsExactly(name);
    }

    @Test
    void namesOnceWhatASourceNamesTwice() {
        assertThat(keys.unknown(List.of("REGISTRY_WAT", "registry.wat"))).containsExactly("REGISTRY_WAT");
    }

    @Test
    void knowsNothingOfItself() {
        assertThat(new ConfigurationCheck().unknown(List.of("registry.nfs.root")))
                .containsExactly("registry.nfs.root");
    }
}
