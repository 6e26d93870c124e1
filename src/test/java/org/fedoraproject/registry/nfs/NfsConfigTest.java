package org.fedoraproject.registry.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NfsConfigTest {

    @ParameterizedTest
    @CsvSource({"/srv, 1, PT0S, 0, PT1S", "/, 64, PT5S, 128, PT10S"})
    void takes(Path root, int maxConnections, Duration wait, int maxWaiting, Duration interval) {
        assertThat(new NfsConfig(root, maxConnections, wait, maxWaiting, interval).root())
                .isEqualTo(root);
    }

    @ParameterizedTest(name = "{5}")
    @CsvSource({
        "srv,  1,  PT5S,    0,  PT10S,    registry.nfs.root",
        "'',   1,  PT5S,    0,  PT10S,    registry.nfs.root",
        "/srv, 0,  PT5S,    0,  PT10S,    registry.nfs.max-connections",
        "/srv, -1, PT5S,   0,  PT10S,    registry.nfs.max-connections",
        "/srv, 1,  PT-1S,   0,  PT10S,    registry.nfs.connection-wait",
        "/srv, 1,  PT5S,    0,  PT0.999S, registry.nfs.validation-interval",
        "/srv, 1,  PT5S,    0,  PT-10S,   registry.nfs.validation-interval",
        "/srv, 1,  PT5S,   -1, PT10S,    registry.nfs.max-waiting"
    })
    void refusalNamesTheKey(
            Path root, int maxConnections, Duration wait, int maxWaiting, Duration interval, String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NfsConfig(root, maxConnections, wait, maxWaiting, interval))
                .withMessageContaining(key);
    }
}
