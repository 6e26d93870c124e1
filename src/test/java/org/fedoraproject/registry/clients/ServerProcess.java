package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.RegistryClient;

/** The provisioned server with the WAR, as a process that a test may kill and start again. */
final class ServerProcess implements AutoCloseable {
    private static final long START_SECONDS = 90;

    private final Path base;
    private final Path root;
    private final int port = DockerRegistry.freePort();
    private final int managementPort = DockerRegistry.freePort();
    private Process process;

    /**
     * Starts it.
     *
     * @param base a directory for what it writes
     * @param root of the tree
     */
    ServerProcess(Path base, Path root) throws IOException, InterruptedException {
        this.base = Files.createDirectories(base);
        this.root = root;
        Path standalone = BuildDirectory.server().resolve("standalone");
        for (String directory : new String[] {"configuration", "deployments"}) {
            Command.of(base, "cp", "-r", standalone.resolve(directory).toString(), base.toString())
                    .run();
        }
        Files.copy(BuildDirectory.war().toPath(), base.resolve("deployments/registry.war"));
        start();
    }

    void start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        BuildDirectory.server().resolve("bin/standalone.sh").toString(),
                        "-Djboss.server.base.dir=" + base,
                        "-Djboss.http.port=" + port,
                        "-Djboss.management.http.port=" + managementPort,
                        "-Dregistry.nfs.root=" + root)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        base.resolve("server.log").toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", "-Xmx512m");
        process = builder.start();
        awaitReady();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    RegistryClient client() {
        return new RegistryClient(URI.create("http://127.0.0.1:" + port + "/"));
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        try (RegistryClient client = client()) {
            while (!client.answers()) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    kill();
                    throw new AssertionError("the server does not answer; see " + base.resolve("server.log"));
                }
                Thread.sleep(100);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
