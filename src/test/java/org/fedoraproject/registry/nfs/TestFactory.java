package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.fedoraproject.registry.testing.TreeRoot;

/** Connection factories for tests, with short waits. */
final class TestFactory {
    static final Duration WAIT = Duration.ofMillis(200);

    private TestFactory() {}

    /** @param root made a tree if it is empty */
    static NfsConnectionFactory of(Path root, int maxConnections) throws IOException {
        if (Files.isDirectory(root)) {
            TreeRoot.setUp(root);
        }
        return new NfsConnectionFactory(new NfsConfig(root, maxConnections, WAIT, 8, Duration.ofSeconds(10)));
    }
}
