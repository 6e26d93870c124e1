package org.fedoraproject.registry.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.OciLayout.Entry;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TreeRoot;
import org.junit.jupiter.api.Test;

/** What is left after our collection on docker-registry's tree, and after docker-registry's on ours: all that is in use. */
@NeedsCommand({"skopeo", DockerRegistry.PROGRAM})
class SurvivorsIT {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private Path work;
    private Path root;
    private OciLayout layout;
    private Entry index;
    private Entry image;
    private Digest garbage;

    @Test
    void ofOurCollectionOnAnothersTree() throws Exception {
        begin("ours-on-theirs");
        try (DockerRegistry peer = new DockerRegistry(work, root);
                RegistryClient client = peer.client()) {
            push(client);
        }
        age();
        try (ServerProcess server = new ServerProcess(
                        work.resolve("server"), root, "-Dregistry.gc.enabled=true", "-Dregistry.gc.grace=" + GRACE);
                RegistryClient client = server.client()) {
            for (int i = 0; i < 2; i++) {
                Command.Result collected = new Command(
                                work,
                                Map.of("JAVA_HOME", System.getProperty("java.home")),
                                List.of(
                                        Path.of("ops/collect").toAbsolutePath().toString(),
                                        "--controller=" + server.managementPort()))
                        .attempt();
                assertThat(collected.status()).as(collected.err()).isZero();
                if (i == 0) {
                    Thread.sleep(GRACE.toMillis() + 500);
                }
            }
            assertThat(blob(garbage)).doesNotExist();
            assertPulled(client);
        }
        try (DockerRegistry peer = new DockerRegistry(work, root);
                RegistryClient client = peer.client()) {
            assertPulled(client);
        }
    }

    @Test
    void ofAnothersCollectionOnOurTree() throws Exception {
        begin("theirs-on-ours");
        try (ServerProcess server = new ServerProcess(work.resolve("server"), root);
                RegistryClient client = server.client()) {
            push(client);
            server.stop();
            DockerRegistry.collectGarbage(work, root);
            assertThat(blob(garbage)).doesNotExist();
            server.start();
            assertPulled(client);
        }
        try (DockerRegistry peer = new DockerRegistry(work, root);
                RegistryClient client = peer.client()) {
            assertPulled(client);
        }
    }

    private void begin(String name) throws Exception {
        work = BuildDirectory.make("survivors-" + name);
        root = TreeRoot.setUp(work.resolve("root"));
        layout = new OciLayout(work.resolve("layout"));
        index = layout.index("amd64", "arm64");
        image = layout.image("amd64", "an image");
    }

    private void push(RegistryClient client) throws Exception {
        ContainerTools tools = new ContainerTools(work, client.authority());
        tools.copy(layout.name("index", index), docker(client, "survivors/index"), "--all");
        tools.copy(layout.name("image", image), docker(client, "survivors/image"));
        Entry deleted = layout.image("amd64", "a deleted image");
        tools.copy(layout.name("deleted", deleted), docker(client, "survivors/deleted"));
        RegistryClient.require(202, client.send("DELETE", "/v2/survivors/deleted/manifests/" + deleted.digest()));
        garbage = client.pushBlob("survivors/image", "in no manifest".getBytes(UTF_8));
    }

    private void assertPulled(RegistryClient client) throws Exception {
        ContainerTools tools = new ContainerTools(work, client.authority());
        for (var each : Map.of("index", index, "image", image).entrySet()) {
            Path pulled = Files.createTempDirectory(work, "pulled");
            assertThat(tools.copy(docker(client, "survivors/" + each.getKey()), "oci:" + pulled + ":1", "--all"))
                    .isEqualTo(each.getValue().digest());
        }
    }

    /** As if everything had been pushed long ago. */
    private void age() throws Exception {
        FileTime old = FileTime.from(Instant.now().minusSeconds(3600));
        try (Stream<Path> files = Files.walk(root.resolve("docker"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, old);
            }
        }
    }

    private Path blob(Digest digest) {
        return root.resolve("docker/registry/v2/blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex());
    }

    private static String docker(RegistryClient registry, String name) {
        return "docker://" + registry.authority() + "/" + name + ":1";
    }
}
