package org.fedoraproject.registry.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.OciLayout.Entry;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The collection as {@code ops/SOP.md} has it, of a tree of their own that ours and Debian's docker-registry serve meanwhile. */
@NeedsCommand({"python3", "skopeo", DockerRegistry.PROGRAM})
class CollectionIT {
    private static final String NAME = "collection/awkward";

    private Path work;
    private Path root;
    private ServerProcess server;
    private DockerRegistry peerProcess;
    private RegistryClient ours;
    private RegistryClient peer;
    private OciLayout layout;
    private ContainerTools tools;

    /** What docker-registry's collection would stop at, or delete some of, by the digest that it was pushed by. */
    private final Map<Digest, Manifest> awkward = new LinkedHashMap<>();

    private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();

    @BeforeEach
    void serve() throws Exception {
        work = BuildDirectory.make("collection");
        root = work.resolve("root");
        server = new ServerProcess(work.resolve("server"), root);
        peerProcess = new DockerRegistry(work, root);
        ours = server.client();
        peer = peerProcess.client();
        layout = new OciLayout(work.resolve("layout"));
        tools = new ContainerTools(work, ours.authority(), peer.authority());
    }

    @AfterEach
    void stop() throws Exception {
        ours.close();
        peer.close();
        peerProcess.close();
        server.close();
    }

    @Test
    void onlyGarbageIsCollected() throws Exception {
        Entry index = layout.index("amd64", "arm64");
        Entry byPeer = layout.image("amd64", "by the peer");
        tools.copy(layout.name("index", index), docker(ours, "collection/index"), "--all");
        tools.copy(layout.name("image", byPeer), docker(peer, "collection/image"));
        Entry said = layout.artifact("text/plain", byPeer);
        tools.copy(layout.name("said", said), docker(ours, "collection/said"));
        Digest garbage = ours.pushBlob("collection/garbage", "garbage".getBytes(UTF_8));
        RegistryClient.require(202, ours.send("DELETE", "/v2/collection/garbage/blobs/" + garbage));
        pushAwkward();
        assertThatThrownBy(() -> DockerRegistry.collectGarbage(work, root, "--dry-run"))
                .hasMessageContaining("failed to retrieve manifest");
        List<Path> before = blobs();

        assertThat(verify().status()).isZero();
        Command.Result warnings = verify("--before-garbage-collect");
        collect("--dry-run");
        assertThat(blobs()).isEqualTo(before);
        collect();

        assertThat(warnings.status()).isEqualTo(1);
        assertThat(awkward.keySet())
                .allSatisfy(digest -> assertThat(warnings.out())
                        .contains("warning: docker/registry/v2/repositories/" + NAME)
                        .contains(digest.toString()));
        before.removeIf(data -> data.toString().contains(garbage.hex()));
        assertThat(blobs()).isEqualTo(before);
        assertThat(verify().status()).isZero();
        for (RegistryClient registry : List.of(ours, peer)) {
            assertPulled(index, docker(registry, "collection/index"));
            assertPulled(byPeer, docker(registry, "collection/image"));
            assertPulled(said, docker(registry, "collection/said"));
            for (Map.Entry<Digest, byte[]> blob : blobs.entrySet()) {
                assertThat(registry.get("/v2/" + NAME + "/blobs/" + blob.getKey())
                                .body())
                        .isEqualTo(blob.getValue());
            }
        }
        for (Digest digest : awkward.keySet()) { // docker-registry serves none of a type that it does not know
            assertThat(ours.get("/v2/" + NAME + "/manifests/" + digest).body())
                    .isEqualTo(awkward.get(digest).bytes());
        }
        assertThat(ours.get("/v2/" + NAME + "/manifests/by-sha512").headers().firstValue("Docker-Content-Digest"))
                .hasValue(sha512(awkward.get(last(awkward)).bytes()).toString());
    }

    private void pushAwkward() throws Exception {
        Digest blob = pushBlob("of an artifact", Digest.Algorithm.SHA256);
        push(Content.manifest("""
                {"mediaType": "application/vnd.oci.artifact.manifest.v1+json", "artifactType": "a/b", "blobs": [%s]}""".formatted(Content.descriptor("text/plain", blob))));
        Digest layer = pushBlob("of another type", Digest.Algorithm.SHA256);
        push(Content.manifest("""
                {"mediaType": "application/vnd.example+json", "layers": [%s]}""".formatted(Content.descriptor("text/plain", layer))));
        Manifest bySha512 = Content.image(
                pushBlob("{}", Digest.Algorithm.SHA512), pushBlob("known by sha512", Digest.Algorithm.SHA512));
        ours.pushManifest(NAME, sha512(bySha512.bytes()) + "?tag=by-sha512", bySha512);
        awkward.put(sha512(bySha512.bytes()), bySha512);
    }

    private void push(Manifest manifest) throws Exception {
        ours.pushManifest(NAME, manifest.digest().toString(), manifest);
        awkward.put(manifest.digest(), manifest);
    }

    private Digest pushBlob(String text, Digest.Algorithm algorithm) throws Exception {
        byte[] content = text.getBytes(UTF_8);
        Digest digest = Digest.of(algorithm, content);
        ours.pushBlob(NAME, content, digest);
        blobs.put(digest, content);
        return digest;
    }

    private void collect(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of(ops("collect-garbage")));
        line.addAll(List.of(options));
        line.add(root.toString());
        line.addAll(DockerRegistry.collection(work, root));
        assertThat(new Command(work, Map.of(), line).run()).contains("1 blobs and 0 manifests eligible for deletion");
    }

    private Command.Result verify(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of(ops("verify-tree")));
        line.addAll(Arrays.asList(options));
        line.add(root.toString());
        return new Command(work, Map.of(), line).attempt();
    }

    private static String ops(String program) {
        return Path.of("ops", program).toAbsolutePath().toString();
    }

    private void assertPulled(Entry entry, String from) throws Exception {
        Path pulled = Files.createTempDirectory(work, "pulled");
        assertThat(tools.copy(from, "oci:" + pulled + ":1", "--all")).isEqualTo(entry.digest());
    }

    private List<Path> blobs() throws Exception {
        try (Stream<Path> walk = Files.walk(root.resolve("docker/registry/v2/blobs"))) {
            return new ArrayList<>(walk.filter(Files::isRegularFile).sorted().toList());
        }
    }

    private static String docker(RegistryClient registry, String name) {
        return "docker://" + registry.authority() + "/" + name + ":1";
    }

    private static Digest sha512(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA512, content);
    }

    private static Digest last(Map<Digest, Manifest> manifests) {
        return List.copyOf(manifests.keySet()).getLast();
    }
}
