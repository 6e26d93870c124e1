package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerOptions;

/** Two instances and the load balancer in front of them, as {@code ops/cluster} runs them. */
final class ClusterProcess implements AutoCloseable {
    private static final long START_SECONDS = 240;
    private static final long STOP_SECONDS = 30;

    private static final Pattern LOGS = Pattern.compile("cluster: +logs +(.+)/\\{front,one,two\\}\\.log");
    private static final Pattern MANAGEMENT =
            Pattern.compile("cluster: +management .*, 127.0.0.1:(\\d+), 127.0.0.1:(\\d+), ");

    private final int port;
    private final Process process;
    private final Path log;

    /** @param environment of all three servers, in which their configuration may stand */
    ClusterProcess(Path work, Path root, Map<String, String> environment) throws IOException, InterruptedException {
        port = Ports.free(3);
        log = work.resolve("cluster.log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("ops/cluster").toAbsolutePath().toString(),
                        "--port",
                        Integer.toString(port),
                        "--root",
                        root.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        ServerOptions.addTo(builder.environment());
        process = builder.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.readString(log).contains("cluster: ready")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new AssertionError("the cluster does not start: " + Files.readString(log) + lastWords());
            }
            Thread.sleep(100);
        }
    }

    /** The end of each server's log, as far as there are any. */
    private String lastWords() throws IOException {
        StringBuilder words = new StringBuilder();
        for (String server : List.of("front", "one", "two")) {
            Path own = BuildDirectory.war()
                    .toPath()
                    .resolveSibling("cluster-" + port)
                    .resolve(server + ".log");
            if (Files.exists(own)) {
                List<String> lines = Files.readAllLines(own);
                lines.subList(Math.max(0, lines.size() - 20), lines.size())
                        .forEach(line ->
                                words.append('\n').append(server).append(": ").append(line));
            }
        }
        return words.toString();
    }

    RegistryClient front() {
        return client(port);
    }

    /** @param number 1 or 2 */
    RegistryClient instance(int number) {
        return client(port + number);
    }

    int port() {
        return port;
    }

    /** @param number 1 or 2 */
    int managementPort(int number) throws IOException {
        return Integer.parseInt(said(MANAGEMENT, number));
    }

    /** What a server logged: {@code front}, {@code one} or {@code two}. */
    Path log(String server) throws IOException {
        return Path.of(said(LOGS, 1), server + ".log");
    }

    /** A server's own directory. */
    Path directory(String server) throws IOException {
        return Path.of(said(LOGS, 1), server);
    }

    private String said(Pattern pattern, int group) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(log));
        if (!matcher.find()) {
            throw new AssertionError(pattern + " is not in " + log);
        }
        return matcher.group(group);
    }

    /** Ends an instance as {@code kill -9} does. */
    void kill(String name) {
        String option = "-Djboss.node.name=" + name;
        List<ProcessHandle> found = process.descendants()
                .filter(handle ->
                        List.of(handle.info().arguments().orElse(new String[0])).contains(option))
                .toList();
        if (found.isEmpty()) {
            throw new AssertionError("no instance " + name);
        }
        found.forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends it by SIGTERM; returns those of its processes that live on. */
    List<ProcessHandle> stop() throws InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still runs " + STOP_SECONDS + " s after SIGTERM");
        }
        return all.stream().filter(ProcessHandle::isAlive).toList();
    }

    private static RegistryClient client(int port) {
        return new RegistryClient(URI.create("http://127.0.0.1:" + port + "/"));
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
