package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerEngine;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.HostImage;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.OciLayout.Entry;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The image that {@code ops/container/build} makes, over a base that needs no network, as people run it. */
@NeedsCommand({"buildah", "podman", "runc", "skopeo"})
class ContainerIT {
    private static final Path CONTAINER = Path.of("ops/container").toAbsolutePath();
    private static final String IMAGE = "localhost/oci-registry:test";
    private static final String NAME = "registry";
    private static final Duration START = Duration.ofMinutes(4);
    private static final long SIZE = 8 * 1024 * 1024;

    private static Path work;
    private static ContainerEngine engine;

    private final int port = Ports.free();
    private final int managementPort = Ports.free();

    @BeforeAll
    static void build() throws Exception {
        work = BuildDirectory.make("container");
        engine = new ContainerEngine(work);
        Path context = Files.createDirectory(work.resolve("base"));
        HostImage.write(context);
        engine.buildah("build", "--quiet", "--tag=localhost/base", context.toString())
                .run();
        BuildDirectory.delete(context);
        Assumptions.assumeTrue(
                engine.podman("run", "--rm", "--network=none", "localhost/base", "id")
                                .attempt()
                                .status()
                        == 0,
                "podman runs no container on this machine");

        engine.command(
                        Map.of(),
                        CONTAINER.resolve("build").toString(),
                        "--tool=buildah",
                        "--base=localhost/base",
                        "--tag=" + IMAGE)
                .run();
    }

    @AfterAll
    static void deleteImages() throws Exception {
        if (engine != null) {
            engine.close();
        }
    }

    @AfterEach
    void remove() throws Exception {
        if (engine.podman("container", "exists", NAME).attempt().status() == 0) {
            Files.writeString(
                    work.resolve("last.log"),
                    engine.podman("logs", NAME).attempt().out());
        }
        engine.podman("rm", "--all", "--force", "--time=0").run();
        engine.podman("volume", "rm", "--all", "--force").run();
    }

    @Test
    void servesAsAnOrdinaryUserWithAReadOnlyRoot() throws Exception {
        start("--env=OCI_REGISTRY_NEW_TREE=true");
        assertSkopeoPullsWhatItPushed(port);

        assertThat(inside("id -u; id -g")).isEqualTo("5000\n5000\n");
        assertThat(inside("touch /file /usr/share/oci-registry/file 2>&1 || :"))
                .contains("'/file': Read-only file system", "'/usr/share/oci-registry/file': Read-only file system");
        assertThat(inside("ls /usr/share/oci-registry/server/classes.aot")).isNotEmpty();
        assertThat(inside("oci-registry cli --command=:whoami")).contains("\"outcome\" => \"success\"");
        String log = engine.podman("logs", NAME).attempt().out();
        assertThat(log.lines()).anyMatch(line -> line.startsWith("{") && line.contains("\"logger\":\"access\""));

        engine.podman("stop", "--time=60", NAME).run();
        assertThat(exitCode()).isZero();
    }

    @Test
    void finishesTheUploadUnderWayWhenItIsStopped() throws Exception {
        start("--env=OCI_REGISTRY_NEW_TREE=true", "--env=OCI_REGISTRY_DRAIN=90");
        String location;
        try (RegistryClient registry = client(port);
                Gate gate = new Gate()) {
            location = registry.startUpload("drained");
            List<InputStream> parts =
                    List.of(new GeneratedBytes(0, SIZE / 2), gate, new GeneratedBytes(SIZE / 2, SIZE));
            InputStream body = new SequenceInputStream(Collections.enumeration(parts));
            CompletableFuture<HttpResponse<byte[]>> upload =
                    registry.sendAsync("PATCH", location, RegistryClient.stream(() -> body));
            Await.until(
                    "the upload is under way",
                    START,
                    () -> inside("cat /var/lib/registry/docker/registry/v2/"
                                            + "repositories/drained/_uploads/*/data | wc -c")
                                    .strip()
                                    .length()
                            > 5);
            CompletableFuture<Command.Result> stop =
                    CompletableFuture.supplyAsync(() -> attempt(engine.podman("stop", "--time=120", NAME)));
            Await.until(
                    "the server refuses what is new",
                    START,
                    () -> engine.podman("logs", NAME).attempt().out().contains("WFLYSRV0211"));
            assertThat(stop).isNotDone();

            gate.open();
            RegistryClient.require(202, upload.get(30, TimeUnit.SECONDS));
            // The server ends with the upload, long before the time that it had for it
            assertThat(stop.get(30, TimeUnit.SECONDS).status()).isZero();
            assertThat(exitCode()).isZero();
        }

        // The tree is on the volume, all else is made again
        engine.podman("start", NAME).run();
        awaitHealthy(NAME);
        try (RegistryClient registry = client(port)) {
            RegistryClient.require(
                    201,
                    registry.send("PUT", RegistryClient.completing(location, digest(new GeneratedBytes(0, SIZE)))));
        }
    }

    @Test
    void endsWithTheReasonWhereTheVolumeIsNoTree() throws Exception {
        assertThat(refusal())
                .isEqualTo("user 5000 cannot write to /var/lib/registry: mount a volume on it"
                        + " that this user can write to, or give the container another --user");
        assertThat(refusal("--volume=new:/var/lib/registry"))
                .startsWith("/var/lib/registry is empty: to set up a new tree there, set OCI_REGISTRY_NEW_TREE=true;");
        Path other = Files.createDirectory(work.resolve("other"));
        Files.writeString(other.resolve("file"), "");
        Command.of(work, "chmod", "777", other.toString()).run();
        assertThat(refusal("--volume=" + other + ":/var/lib/registry", "--env=OCI_REGISTRY_NEW_TREE=true"))
                .startsWith("/var/lib/registry has files, but no tree (docker/registry/v2)");
        assertThat(refusal("--volume=new:/var/lib/registry", "--read-only-tmpfs=false"))
                .isEqualTo("user 5000 cannot write to /tmp/oci-registry: with a read-only root, mount a tmpfs on /tmp");
    }

    @Test
    void endsWithTheReasonWhereTheConfigurationIsWrong() throws Exception {
        String[] options = {"--volume=new:/var/lib/registry", "--env=OCI_REGISTRY_NEW_TREE=true"};
        assertThat(refusal("--volume=new:/var/lib/registry", "--env=OCI_REGISTRY_NEW_TREE=yes"))
                .isEqualTo("OCI_REGISTRY_NEW_TREE is neither true nor false: yes");
        assertThat(refusal(options[0], options[1], "--env=REGISTRY_WAT=1"))
                .isEqualTo("the registry did not start: REGISTRY_WAT is no configuration key");
        assertThat(refusal(options[0], options[1], "--env=REGISTRY_TLS_ENABLED=maybe"))
                .isEqualTo("registry: registry.tls.enabled is neither true nor false: maybe");
    }

    @Test
    @NeedsCommand({"podman-compose", ContainerEngine.NETAVARK, ContainerEngine.AARDVARK})
    void composeFileHasTwoInstancesBehindAFront() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("user.name").equals("root")
                        || Command.find("slirp4netns").isPresent()
                        || Command.find("pasta").isPresent(),
                "podman of an ordinary user publishes ports only with slirp4netns or passt");
        compose("up", "-d");
        try {
            for (String name : List.of("front", "one", "two")) {
                awaitHealthy("tried_" + name + "_1");
            }
            assertSkopeoPullsWhatItPushed(port);
            for (String name : List.of("one", "two")) {
                Await.until(
                        "both see each other",
                        START,
                        () -> ready("tried_" + name + "_1")
                                .replaceAll("\\s", "")
                                .matches("(?s).*\"members\":\"[^\"]*(one[^\"]*two|two[^\"]*one).*"));
            }
            engine.podman("stop", "--time=60", "tried_one_1").run();
            try (RegistryClient registry = client(port)) {
                for (int times = 0; times < 20; times++) {
                    RegistryClient.require(200, registry.get("/v2/pushed/tags/list"));
                }
            }
        } finally {
            compose("down", "-t", "0");
        }
    }

    private void compose(String... arguments) throws Exception {
        List<String> line =
                new ArrayList<>(List.of("--project-name=tried", "--file=" + CONTAINER.resolve("compose.yaml")));
        line.addAll(List.of(arguments));
        engine.command(
                        Map.of(
                                "OCI_REGISTRY_IMAGE",
                                IMAGE,
                                "OCI_REGISTRY_PORT",
                                Integer.toString(port),
                                "OCI_REGISTRY_NEW_TREE",
                                "true"),
                        "podman-compose",
                        line.toArray(String[]::new))
                .run();
    }

    private void start(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of("run", "--detach", "--name=" + NAME, "--read-only"));
        line.addAll(List.of("--network=host", "--volume=tree:/var/lib/registry"));
        line.add("--env=JBOSS_BIND_ADDRESS=127.0.0.1");
        line.add("--env=JBOSS_HTTP_PORT=" + port);
        line.add("--env=JBOSS_MANAGEMENT_HTTP_PORT=" + managementPort);
        line.addAll(List.of(options));
        line.add(IMAGE);
        engine.podman(line.toArray(String[]::new)).run();
        awaitHealthy(NAME);
    }

    private static void awaitHealthy(String name) {
        Await.until(name + " is healthy", START, () -> {
            assertThat(engine.podman("inspect", "--format={{.State.Status}}", name)
                            .run())
                    .as(() -> attempt(engine.podman("logs", "--tail=20", name)).toString())
                    .isEqualTo("running\n");
            return engine.podman("healthcheck", "run", name).attempt().status() == 0;
        });
    }

    /** What a container that does not start says last. */
    private static String refusal(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of("run", "--name=" + NAME, "--network=none", "--read-only"));
        line.addAll(List.of(options));
        line.add(IMAGE);
        Command.Result result = engine.podman(line.toArray(String[]::new)).attempt();
        engine.podman("rm", NAME).run();
        assertThat(result.status()).isEqualTo(1);
        return result.err()
                .lines()
                // podman itself, where no systemd runs the health checks
                .filter(words -> !words.startsWith("time="))
                .reduce("", (before, last) -> last)
                .replaceFirst("^entrypoint: ", "");
    }

    private void assertSkopeoPullsWhatItPushed(int at) throws Exception {
        Path directory = Files.createTempDirectory(work, "skopeo");
        ContainerTools tools = new ContainerTools(directory, "127.0.0.1:" + at);
        OciLayout layout = new OciLayout(directory.resolve("layout"));
        Entry image = layout.image("amd64", "pushed to a container");
        String pushed = "docker://127.0.0.1:" + at + "/pushed:1";

        assertThat(tools.copy(layout.name("1", image), pushed)).isEqualTo(image.digest());
        assertThat(tools.copy(pushed, "oci:" + directory.resolve("pulled:1"))).isEqualTo(image.digest());
    }

    private static String inside(String script) throws Exception {
        return engine.podman("exec", NAME, "bash", "-c", script).run();
    }

    /** What an instance says of itself at its management port, which only its container can reach. */
    private static String ready(String name) throws Exception {
        return engine.podman(
                        "exec",
                        name,
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/127.0.0.1/9990; printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3")
                .run();
    }

    private static int exitCode() throws Exception {
        return Integer.parseInt(engine.podman("inspect", "--format={{.State.ExitCode}}", NAME)
                .run()
                .strip());
    }

    private static Command.Result attempt(Command command) {
        try {
            return command.attempt();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static RegistryClient client(int port) {
        return new RegistryClient(URI.create("http://127.0.0.1:" + port + "/"));
    }

    private static Digest digest(InputStream content) throws Exception {
        DigestInputStream digested = new DigestInputStream(content, Digest.Algorithm.SHA256.messageDigest());
        digested.transferTo(OutputStream.nullOutputStream());
        return Digest.ofHash(
                Digest.Algorithm.SHA256, digested.getMessageDigest().digest());
    }
}
