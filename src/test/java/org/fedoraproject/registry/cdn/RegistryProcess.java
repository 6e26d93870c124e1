package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.as.controller.client.ModelControllerClient;
import org.jboss.dmr.ModelNode;

/** The provisioned server with the WAR, in a process and on ports of its own, with its management for a test's use. */
final class RegistryProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final Path base;
    private final List<String> options;
    private final int port;
    private final int management = freePort();
    private Process process;

    /**
     * Starts it.
     *
     * @param work where it may write; made
     * @param port where it listens, a free one
     * @param options of its JVM, such as {@code -Dregistry.some.key=value}
     */
    RegistryProcess(Path work, int port, List<String> options) throws IOException, InterruptedException {
        this.port = port;
        this.base = Files.createDirectories(work.resolve("server"));
        this.options = List.copyOf(options);
        Path standalone = Path.of(System.getProperty("jboss.home"), "standalone");
        for (String directory : List.of("configuration", "deployments")) {
            copy(standalone.resolve(directory), base.resolve(directory));
        }
        Files.copy(Path.of(System.getProperty("registry.war")), base.resolve("deployments/registry.war"));
        start();
    }

    void start() throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("jboss.home"), "bin/standalone.sh").toString(),
                "-Djboss.server.base.dir=" + base,
                "-Djboss.http.port=" + port,
                "-Djboss.management.http.port=" + management));
        line.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", "-Xms64m -Xmx512m -Djava.net.preferIPv4Stack=true");
        process = builder.start();
        Await.until("the registry answers, see " + log(), START, () -> {
            assertThat(process.isAlive()).as("the server runs, see " + log()).isTrue();
            return Exchange.answers(port) && Exchange.get(port, "/v2/").status() == 200;
        });
    }

    int port() {
        return port;
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    /** All that it has written to standard output, over restarts. */
    Path log() {
        return base.resolve("server.log");
    }

    /** GETs of blobs that it answered with a status, as its access log has them. */
    long blobGets(int status) throws IOException {
        try (Stream<String> lines = Files.lines(log(), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains("\"logger\":\"access\"")
                            && line.contains("\"method\":\"GET\"")
                            && line.contains("/blobs/sha256")
                            && line.contains("\"status\":" + status + ","))
                    .count();
        }
    }

    /** Sets a system property in the running server, as WildFly's CLI does. */
    void set(String key, String value) throws IOException {
        ModelNode read = operation("read-resource", "system-property", key);
        boolean there = execute(read).get("outcome").asString().equals("success");
        ModelNode write = operation(there ? "write-attribute" : "add", "system-property", key);
        if (there) {
            write.get("name").set("value");
        }
        write.get("value").set(value);
        require(write);
    }

    /** Removes a system property that was set. */
    void unset(String key) throws IOException {
        require(operation("remove", "system-property", key));
    }

    /** Deploys the application anew; returns what management says. */
    String redeploy() throws IOException {
        return execute(operation("redeploy", "deployment", "registry.war")).toJSONString(true);
    }

    private static ModelNode operation(String name, String... address) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(name);
        operation.get("address").add(address[0], address[1]);
        return operation;
    }

    private void require(ModelNode operation) throws IOException {
        ModelNode result = execute(operation);
        assertThat(result.get("outcome").asString()).as(result.toString()).isEqualTo("success");
    }

    private ModelNode execute(ModelNode operation) throws IOException {
        try (ModelControllerClient client =
                ModelControllerClient.Factory.create(InetAddress.getLoopbackAddress(), management)) {
            return client.execute(operation);
        }
    }

    /** Ends it as a service manager does. */
    void stop() throws InterruptedException {
        List<ProcessHandle> descendants = process.descendants().toList();
        descendants.forEach(ProcessHandle::destroy);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            descendants.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
