package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Daemon;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;

/** Debian's {@code docker-registry}, serving a tree on a port of its own. */
final class DockerRegistry implements AutoCloseable {
    static final String PROGRAM = "docker-registry";

    private static final Duration START = Duration.ofSeconds(20);

    private final URI base;
    private final Daemon daemon;

    /**
     * Starts it.
     *
     * @param work where its configuration and log are written
     */
    DockerRegistry(Path work, Path root) throws IOException, InterruptedException {
        int port = Ports.free();
        base = URI.create("http://127.0.0.1:" + port + "/");
        String configuration = configuration(work, root, port).toString();
        try (RegistryClient client = client()) {
            daemon = Daemon.start(
                    new ProcessBuilder(PROGRAM, "serve", configuration),
                    work.resolve("docker-registry.log"),
                    START,
                    client::answers);
        }
    }

    /** Its offline garbage collection; returns what it says. */
    static String collectGarbage(Path work, Path root, String... options) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(collection(work, root));
        line.addAll(List.of(options));
        return new Command(work, Map.of(), line).run();
    }

    /** The command line of that. */
    static List<String> collection(Path work, Path root) throws IOException {
        return List.of(PROGRAM, "garbage-collect", configuration(work, root, 0).toString());
    }

    /** Its URL. */
    URI base() {
        return base;
    }

    RegistryClient client() {
        return new RegistryClient(base);
    }

    private static Path configuration(Path work, Path root, int port) throws IOException {
        return Files.writeString(work.resolve("docker-registry-" + port + ".yml"), """
                version: 0.1
                storage:
                  filesystem:
                    rootdirectory: %s
                  delete:
                    enabled: true
                http:
                  addr: 127.0.0.1:%d
                """.formatted(root, port));
    }

    @Override
    public void close() throws InterruptedException {
        daemon.close();
    }
}
