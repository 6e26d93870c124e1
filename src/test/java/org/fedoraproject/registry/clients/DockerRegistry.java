package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.RegistryClient;

/** Debian's {@code docker-registry}, serving a tree on a port of its own. */
final class DockerRegistry implements AutoCloseable {
    static final String PROGRAM = "docker-registry";

    private static final long START_SECONDS = 20;

    private final Process process;
    private final URI base;

    private DockerRegistry(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /** @param work where its configuration and log are written */
    static DockerRegistry serve(Path work, Path root) throws IOException, InterruptedException {
        int port = freePort();
        Process process = new ProcessBuilder(
                        PROGRAM, "serve", configuration(work, root, port).toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("docker-registry.log").toFile())
                .start();
        DockerRegistry registry = new DockerRegistry(process, URI.create("http://127.0.0.1:" + port + "/"));
        try {
            registry.awaitReady();
        } catch (AssertionError e) {
            registry.close();
            throw e;
        }
        return registry;
    }

    /** Its offline garbage collection; returns what it says. */
    static String collectGarbage(Path work, Path root, String... options) throws IOException, InterruptedException {
        String[] line = new String[options.length + 3];
        line[0] = PROGRAM;
        line[1] = "garbage-collect";
        System.arraycopy(options, 0, line, 2, options.length);
        line[line.length - 1] = configuration(work, root, 0).toString();
        return Command.of(work, line).run();
    }

    RegistryClient client() {
        return new RegistryClient(base);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try (RegistryClient client = client()) {
            while (!client.answers()) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError(PROGRAM + " does not answer; see its log");
                }
                Thread.sleep(50);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
