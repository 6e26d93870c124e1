package org.fedoraproject.registry.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NfsConfigTest {
    @ParameterizedTest
    @CsvSource({"/srv, 1, PT0S, 0, PT1S", "/, 64, PT5S, 128, PT10S"})
    void takes(String root, String maxConnections, String wait, String maxWaiting, String interval) {
        Map<String, String> values = Map.of(
                "registry.nfs.root", root,
                "registry.nfs.max-connections", maxConnections,
                "registry.nfs.connection-wait", wait,
                "registry.nfs.max-waiting", maxWaiting,
                "registry.nfs.validation-interval", interval);

        assertThat(Configured.mistakes(NfsConfig.class, values)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "root,                srv,      is not an absolute path: srv",
        "root,                '',       is empty",
        "max-connections,     0,        is not above 0: 0",
        "max-connections,     -1,       is not above 0: -1",
        "max-connections,     1.5,      is no whole number that fits: 1.5",
        "connection-wait,     PT-1S,    is below PT0S: PT-1S",
        "connection-wait,     5,        is no duration such as PT30S: 5",
        "validation-interval, PT0.999S, is below PT1S: PT0.999S",
        "validation-interval, PT-10S,   is below PT1S: PT-10S",
        "max-waiting,         -1,       is below 0: -1"
    })
    void refusalNamesTheKey(String key, String value, String refusal) {
        Map<String, String> values = new HashMap<>(Map.of("registry.nfs.root", "/srv"));
        values.put("registry.nfs." + key, value);

        assertThat(Configured.mistakes(NfsConfig.class, values)).containsExactly("registry.nfs." + key + " " + refusal);
    }

    @Test
    void rootIsNeeded() {
        assertThat(Configured.mistakes(NfsConfig.class, Map.of())).containsExactly("registry.nfs.root is not set");
    }
}
