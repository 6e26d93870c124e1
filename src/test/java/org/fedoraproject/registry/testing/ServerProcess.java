package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The provisioned server with the WAR, as a process on ports of its own that a test may end and start again. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(4);
    private static final String LOOPBACK = "127.0.0.1";

    private final Path base;
    private final String address;
    private final int port;
    private final int managementPort = Ports.free();
    private final List<String> line;
    private Daemon daemon;

    /** Starts it on a free port. */
    public ServerProcess(Path base, Path root, String... options) throws IOException, InterruptedException {
        this(base, root, Ports.free(), options);
    }

    /** Starts it on this host. */
    public ServerProcess(Path base, Path root, int port, String... options) throws IOException, InterruptedException {
        this(List.of(), LOOPBACK, base, root, port, options);
    }

    /** Starts it on another host, where it also listens for members of its cluster. */
    public ServerProcess(TwoHosts.Host host, Path base, Path root, String... options)
            throws IOException, InterruptedException {
        this(
                host.prefix(),
                host.outside(),
                base,
                root,
                Ports.free(),
                Stream.concat(
                                Stream.of(
                                        "-Djboss.bind.address=" + host.outside(),
                                        "-Djboss.bind.address.management=" + host.outside(),
                                        "-Djboss.bind.address.private=" + host.between()),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    /**
     * Starts it.
     *
     * @param base a directory for what it writes; made
     * @param root of the tree; made
     * @param options of its JVM, such as {@code -Dregistry.some.key=value}
     */
    private ServerProcess(List<String> prefix, String address, Path base, Path root, int port, String... options)
            throws IOException, InterruptedException {
        this.base = Files.createDirectories(base);
        this.port = port;
        this.address = address;
        this.line = new ArrayList<>(prefix);
        line.addAll(List.of(
                BuildDirectory.server().resolve("bin/standalone.sh").toString(),
                "-Djboss.http.port=" + port,
                "-Djboss.management.http.port=" + managementPort,
                "-Dregistry.nfs.root=" + TreeRoot.setUp(root)));
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
        builder.environment().put("JAVA_OPTS", ServerOptions.with("-Xms64m -Xmx512m -Djava.net.preferIPv4Stack=true"));
        // in the environment, since bin/standalone.sh splits the option of that name at blanks
        builder.environment().put("JBOSS_BASE_DIR", base.toString());
        // the messages of the C library are in English all the same
        builder.environment().put("LANGUAGE", "de");
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

    public Management management() {
        return new Management(address, managementPort);
    }

    /** Runs a command, or {@code --file=SCRIPT}, as operators do on the host; returns what the CLI says. */
    public String cli(String what) throws IOException, InterruptedException {
        String tool = BuildDirectory.server().resolve("bin/jboss-cli.sh").toString();
        return Command.of(base, tool, "--connect", "--controller=" + address + ":" + managementPort, what)
                .run();
    }

    /** A figure of its metrics without labels of its own; -1 where there is none yet. */
    public int figure(String name) throws IOException, InterruptedException {
        return figure(name, "");
    }

    /**
     * One of several of a name.
     *
     * @param label such as {@code reason="password"}
     */
    public int figure(String name, String label) throws IOException, InterruptedException {
        try {
            return metrics()
                    .lines()
                    .filter(line -> line.matches(Pattern.quote(name) + "[{ ].*") && line.contains(label))
                    .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .findFirst()
                    .orElse(-1);
        } catch (ConnectException e) {
            return -1;
        }
    }

    /** As Prometheus gets them. */
    public String metrics() throws IOException, InterruptedException {
        try (RegistryClient client = new RegistryClient(URI.create("http://" + address + ":" + managementPort + "/"))) {
            return new String(client.get("/metrics").body(), StandardCharsets.UTF_8);
        }
    }

    public RegistryClient client() {
        return new RegistryClient(URI.create("http://" + address + ":" + port + "/"));
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
