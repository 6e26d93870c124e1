package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;

/** Two instances and the load balancer in front of them, as {@code ops/cluster} runs them. */
final class ClusterProcess implements AutoCloseable {
    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 30;

    private final int port;
    private final Process process;

    ClusterProcess(Path work, Path root) throws IOException, InterruptedException {
        port = threeFreePorts();
        Path log = work.resolve("cluster.log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("ops/cluster").toAbsolutePath().toString(),
                        "--port",
                        Integer.toString(port),
                        "--root",
                        root.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process = builder.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.readString(log).contains("cluster: ready")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new AssertionError("the cluster does not start: " + Files.readString(log));
            }
            Thread.sleep(100);
        }
    }

    RegistryClient front() {
        return client(port);
    }

    /** @param number 1 or 2 */
    RegistryClient instance(int number) {
        return client(port + number);
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

    private static int threeFreePorts() throws IOException {
        int port = Ports.free();
        // What is free above a port that the system chose most often is free, too; the script says if not.
        return port > 65000 ? port - 1000 : port;
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
