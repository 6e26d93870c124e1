package org.fedoraproject.registry.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerOptions;

/** An NFS server and two hosts that serve what it exports, with a front that sends every other request to each. */
final class NfsLab implements AutoCloseable {
    /** As Fedora's hosts mount it. */
    static final String PRODUCTION = "rw,hard,bg,intr,noatime,nodev,nosuid,sec=sys,nfsvers=3";

    /** How it is mounted when it starts. */
    static final String FIRST = System.getProperty("it.nfs.mount", PRODUCTION);

    private static final String OURS = "registry";
    private static final String PROGRAM = System.getProperty("it.nfs.program", OURS);

    private static final String SCRIPT =
            Path.of("ops/nfs-lab/nfs-lab").toAbsolutePath().toString();
    private static final long LIMIT_MINUTES = 10;

    private final int port;
    private String mounted = FIRST;

    /** What {@code nfs-lab check} found. */
    record Check(int status, String words) {
        static final int NOT_INSTALLED = 3;
    }

    /** Of the instances, as variables of their environment. */
    private final Map<String, String> settings;

    private NfsLab(int port, Map<String, String> settings) {
        this.port = port;
        this.settings = settings;
    }

    static Check check() {
        try {
            return run("check");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether what is tried is this registry, and not another for comparison. */
    static boolean servesRegistry() {
        return PROGRAM.equals(OURS);
    }

    /** Starts it, mounted as {@link #FIRST} says: as in production, or by {@code -Dit.nfs.mount}. */
    static NfsLab start() {
        return start(Map.of());
    }

    /** Starts it with another configuration of both instances; a lab that is up ends. */
    static NfsLab start(Map<String, String> settings) {
        try {
            NfsLab lab = new NfsLab(Ports.free(3), settings);
            require(run("down"));
            lab.serve();
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() throws IOException {
        require(run(settings, "serve", "--port", Integer.toString(port), "--with", PROGRAM, "--mount", FIRST));
    }

    /**
     * Mounts the export with these options on both hosts, below the registry that runs there; nothing may be under way. Does nothing
     * if these are its options already.
     */
    void mount(String options) throws IOException {
        if (options.equals(mounted)) {
            return;
        }
        require(run("remount", options));
        mounted = options;
        if (!PROGRAM.equals(OURS)) {
            return; // docker-registry does not tell
        }
        // The mount is looked at every 2 s
        Await.until("both have looked at it", Duration.ofSeconds(30), () -> {
            Thread.sleep(3000);
            return isReady("a") && isReady("b");
        });
    }

    /** Runs one of the lab's commands that has no method of its own. */
    void does(String... command) throws IOException {
        require(run(settings, command));
    }

    /** What the NFS server's own script does: see there. */
    void guestNfsd(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                "exec",
                "server",
                Path.of("ops/nfs-lab/guest-nfsd").toAbsolutePath().toString()));
        line.addAll(List.of(command));
        require(run(line.toArray(String[]::new)));
    }

    /** Whether an instance says that it is ready. */
    boolean isReady(String host) throws IOException, InterruptedException {
        String address = host.equals("a") ? "198.18.9.2" : "198.18.9.3";
        try (RegistryClient management = new RegistryClient(URI.create("http://" + address + ":9990/"))) {
            return management.status("GET", "/health/ready") == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** What {@code ops/verify-tree} says of the tree, on the server itself. */
    String verifyTree() throws IOException {
        return on(
                "server",
                "/usr/bin/python3",
                Path.of("ops/verify-tree").toAbsolutePath().toString(),
                "/export/main/registry");
    }

    /**
     * Runs a command on a machine.
     *
     * @param machine server, a or b
     * @return what it says
     */
    String on(String machine, String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of("exec", machine));
        line.addAll(List.of(command));
        return require(run(line.toArray(String[]::new)));
    }

    /** Turns to a and b for one request each. */
    RegistryClient front() {
        return client(port);
    }

    RegistryClient a() {
        return client(port + 1);
    }

    RegistryClient b() {
        return client(port + 2);
    }

    private static RegistryClient client(int port) {
        return new RegistryClient(URI.create("http://127.0.0.1:" + port + "/"));
    }

    @Override
    public void close() throws IOException {
        require(run("down"));
    }

    private static String require(Check result) {
        if (result.status() != 0) {
            throw new AssertionError(result.words());
        }
        return result.words();
    }

    private static Check run(String... arguments) throws IOException {
        return run(Map.of(), arguments);
    }

    private static Check run(Map<String, String> settings, String... arguments) throws IOException {
        Path said = Files.createTempFile(BuildDirectory.servedRoot().getParent(), "nfs-lab", ".log");
        List<String> line = new ArrayList<>(List.of(SCRIPT));
        line.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(settings);
        ServerOptions.addTo(builder.environment());
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError(String.join(" ", line) + ": " + Files.readString(said));
            }
            return new Check(process.exitValue(), Files.readString(said).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
            Files.delete(said);
        }
    }
}
