package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Connection factories for tests, which wait no longer than they must. */
final class TestFactory {
    static final Duration WAIT = Duration.ofMillis(200);

    private TestFactory() {}

    static NfsConnectionFactory of(Path root, int maxConnections) throws IOException {
        return new NfsConnectionFactory(new NfsConfig(root, maxConnections, WAIT, 8, Duration.ofSeconds(10)));
    }
}
