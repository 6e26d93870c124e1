package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The provisioned server with the WAR, as a process on ports of its own that a test may end and start again. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final Path base;
    private final int port;
    private final int managementPort = Ports.free();
    private final List<String> line;
    private Daemon daemon;

    /** Starts it on a free port. */
    public ServerProcess(Path base, Path root, String... options) throws IOException, InterruptedException {
        this(base, root, Ports.free(), options);
    }

    /**
     * Starts it.
     *
     * @param base a directory for what it writes; made
     * @param root of the tree; made
     * @param options of its JVM, such as {@code -Dregistry.some.key=value}
     */
    public ServerProcess(Path base, Path root, int port, String... options) throws IOException, InterruptedException {
        this.base = Files.createDirectories(base);
        this.port = port;
        this.line = new ArrayList<>(List.of(
                BuildDirectory.server().resolve("bin/standalone.sh").toString(),
                "-Djboss.server.base.dir=" + base,
                "-Djboss.http.port=" + port,
                "-Djboss.management.http.port=" + managementPort,
                "-Dregistry.nfs.root=" + Files.createDirectories(root)));
        line.addAll(List.of(options));
        Path standalone = BuildDirectory.server().resolve("standalone");
        for (String directory : List.of("configuration", "deployments")) {
            Command.of(base, "cp", "-r", standalone.resolve(directory).toString(), base.toString())
                    .run();
        }
        Files.copy(BuildDirectory.war().toPath(), base.resolve("deployments/registry.war"));
        start();
    }

    public void start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", "-Xms64m -Xmx512m -Djava.net.preferIPv4Stack=true");
        // or the script, which is what we can end and wait for, would not pass the signal on
        builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "true");
        try (RegistryClient client = client()) {
            daemon = Daemon.start(builder, log(), START, client::answers);
        }
    }

    public int port() {
        return port;
    }

    public int managementPort() {
        return managementPort;
    }

    public RegistryClient client() {
        return new RegistryClient(URI.create("http://127.0.0.1:" + port + "/"));
    }

    /** All that it has written to standard output, over restarts. */
    public Path log() {
        return base.resolve("server.log");
    }

    /** Ends it as a service manager does. */
    public void stop() throws InterruptedException {
        daemon.stop();
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        daemon.kill();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
