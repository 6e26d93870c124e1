package org.fedoraproject.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyNamesTest {
    private final KeyNames keys = new KeyNames(Set.of("registry.nfs.root", "registry.nfs.max-connections"));

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

    /** A service with the name of the registry gives them to each container. */
    @Test
    void takesTheVariablesOfKubernetes() {
        assertThat(keys.unknown(List.of(
                        "REGISTRY_SERVICE_HOST",
                        "REGISTRY_SERVICE_PORT",
                        "REGISTRY_SERVICE_PORT_HTTP",
                        "REGISTRY_PORT",
                        "REGISTRY_PORT_5000_TCP_ADDR",
                        "registry.service.host",
                        "REGISTRY_FRONT_SERVICE_HOST",
                        "REGISTRY_FRONT_PORT")))
                .isEmpty();
        assertThat(keys.unknown(List.of("REGISTRY_FRONT_SERVICE_HOST", "REGISTRY_WAT_PORT", "REGISTRY_PORT")))
                .containsExactly("REGISTRY_PORT", "REGISTRY_WAT_PORT");
    }

    @Test
    void namesOnceWhatASourceNamesTwice() {
        assertThat(keys.unknown(List.of("REGISTRY_WAT", "registry.wat"))).containsExactly("REGISTRY_WAT");
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource({
        "registry.nfs.rot, one character too few, registry.nfs.root",
        "REGISTRY_NFS_MAX_CONECTIONS, the same in the environment, REGISTRY_NFS_MAX_CONNECTIONS",
        "registry.nfs.max-conections, with a dash, registry.nfs.max-connections"
    })
    void namesTheKeyThatMayHaveBeenMeant(String name, String why, String meant) {
        assertThat(keys.hint(name)).isEqualTo(", did you mean " + meant + "?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry.wat", "REGISTRY_WAT", "registry.nfs.boot-path"})
    void namesNoKeyThatIsNotLikeIt(String name) {
        assertThat(keys.hint(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "registry.http.max-head-size, registry.http.max-header-size",
        "REGISTRY_HTTP_MAX_HEAD_SIZE, REGISTRY_HTTP_MAX_HEADER_SIZE"
    })
    void keyThatWasRemovedLeadsToTheOneInItsPlace(String name, String replacement) {
        assertThat(keys.mistakes(List.of(name)))
                .containsExactly(name + " is no configuration key any more, use " + replacement);
    }

    @ParameterizedTest
    @CsvSource({
        "registry.http.max-manifest-size, a manifest has at most 4 MiB",
        "REGISTRY_HTTP_MAX_FORM_SIZE, a form has at most 64 KiB",
        "registry.http.max-json-depth, a manifest has at most 100 levels of arrays and objects"
    })
    void keyThatNothingReplacesLeadsToWhatHoldsNow(String name, String now) {
        assertThat(keys.mistakes(List.of(name))).containsExactly(name + " is no configuration key any more: " + now);
    }

    @Test
    void knowsNothingOfItself() {
        assertThat(new KeyNames(Set.of()).unknown(List.of("registry.nfs.root"))).containsExactly("registry.nfs.root");
    }
}
