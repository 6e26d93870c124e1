package org.fedoraproject.registry.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.OciLayout.Entry;
import org.fedoraproject.registry.testing.RegistryClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One tree that Debian's docker-registry and ours serve at the same time: neither can tell who wrote what. */
@NeedsCommand({"skopeo", DockerRegistry.PROGRAM})
class SharedTreeIT extends DeployedRegistry {
    private static final String TREE = "docker/registry/v2";

    @ArquillianResource
    private URI base;

    private Path work;
    private OciLayout layout;
    private DockerRegistry peerProcess;
    private RegistryClient ours;
    private RegistryClient peer;
    private ContainerTools tools;

    /** Who does something, and who has to see it. */
    enum Direction {
        FROM_OURS_TO_PEER,
        FROM_PEER_TO_OURS;

        String repository(String test) {
            return test + "/" + name().toLowerCase(Locale.ROOT);
        }
    }

    @BeforeEach
    void serve() throws Exception {
        work = BuildDirectory.make("shared-tree");
        layout = new OciLayout(work.resolve("layout"));
        peerProcess = new DockerRegistry(work, BuildDirectory.servedRoot());
        peer = peerProcess.client();
        ours = new RegistryClient(base);
        tools = new ContainerTools(work, ours.authority(), peer.authority());
    }

    @AfterEach
    void stop() throws Exception {
        ours.close();
        peer.close();
        peerProcess.close();
    }

    @ParameterizedTest
    @EnumSource
    void onePullsWhatTheOtherPushed(Direction direction) throws Exception {
        String name = direction.repository("pull");
        Entry index = layout.index("amd64", "arm64");

        tools.copy(layout.name("1", index), docker(actor(direction), name, "1"), "--all");

        assertThat(tools.copy(docker(other(direction), name, "1"), "oci:" + work.resolve("pulled:1"), "--all"))
                .isEqualTo(index.digest());
        assertThat(OciLayout.blobs(work.resolve("pulled"))).isEqualTo(OciLayout.blobs(work.resolve("layout")));
        var manifest = other(direction).get("/v2/" + name + "/manifests/1", "Accept", OciLayout.INDEX);
        assertThat(manifest.headers().firstValue("Content-Type")).hasValue(OciLayout.INDEX);
        assertThat(manifest.body()).isEqualTo(layout.bytes(index.digest()));
    }

    @ParameterizedTest
    @EnumSource
    void oneSeesTheTagsThatTheOtherMoves(Direction direction) throws Exception {
        String name = direction.repository("tags");
        Entry before = layout.image("amd64", "before");
        Entry after = layout.image("amd64", "after");
        tools.copy(layout.name("before", before), docker(other(direction), name, "moved"));
        tools.copy(layout.name("stays", before), docker(actor(direction), name, "Stays"));
        tools.copy(layout.name("also", before), docker(other(direction), name, "_also"));

        tools.copy(layout.name("after", after), docker(actor(direction), name, "moved"));

        assertThat(digestOf(other(direction), name, "moved"))
                .isEqualTo(after.digest().toString());
        assertThat(digestOf(other(direction), name, "Stays"))
                .isEqualTo(before.digest().toString());
        String tags = "/v2/" + name + "/tags/list";
        assertThat(names(ours, tags)).containsExactly("Stays", "_also", "moved");
        // docker-registry 2 lists a directory as it comes
        assertThat(names(peer, tags)).containsExactlyInAnyOrder("Stays", "_also", "moved");
    }

    @ParameterizedTest
    @EnumSource
    void oneDeletesTheManifestThatTheOtherPushed(Direction direction) throws Exception {
        String name = direction.repository("delete");
        Entry deleted = layout.image("amd64", "deleted");
        Entry kept = layout.image("amd64", "kept");
        tools.copy(layout.name("deleted", deleted), docker(other(direction), name, "deleted"));
        tools.copy(layout.name("moved", deleted), docker(other(direction), name, "moved"));
        tools.copy(layout.name("kept", kept), docker(other(direction), name, "moved"));

        String target = "/v2/" + name + "/manifests/" + deleted.digest();
        RegistryClient.require(202, actor(direction).send("DELETE", target));

        for (RegistryClient registry : List.of(ours, peer)) {
            assertThat(registry.get(target, "Accept", OciLayout.MANIFEST).statusCode())
                    .isEqualTo(404);
            assertThat(text(registry, "/v2/" + name + "/tags/list")).contains("[\"moved\"]");
            assertThat(digestOf(registry, name, "moved"))
                    .isEqualTo(kept.digest().toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneDeletesTheBlobThatTheOtherPushed(Direction direction) throws Exception {
        String name = direction.repository("blob");
        byte[] content = "to be deleted".getBytes(UTF_8);
        Digest digest = Digest.of(content);
        String target = "/v2/" + name + "/blobs/" + digest;
        other(direction).pushBlob(name, content, digest);
        assertThat(actor(direction).get(target).body()).isEqualTo(content);

        RegistryClient.require(202, actor(direction).send("DELETE", target));

        assertThat(ours.status("GET", target)).isEqualTo(404);
        assertThat(peer.status("GET", target)).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource
    void oneMountsTheBlobThatTheOtherPushed(Direction direction) throws Exception {
        byte[] content = "to be mounted".getBytes(UTF_8);
        Digest digest = Digest.of(content);
        String source = direction.repository("mount-source");
        String target = direction.repository("mount-target");
        other(direction).pushBlob(source, content, digest);

        RegistryClient.require(
                201,
                actor(direction).send("POST", "/v2/" + target + "/blobs/uploads/?mount=" + digest + "&from=" + source));

        assertThat(other(direction).get("/v2/" + target + "/blobs/" + digest).body())
                .isEqualTo(content);
    }

    @Test
    void oursGoesOnWithAnUploadThatThePeerBegan() throws Exception {
        byte[] first = "begun by the peer, ".getBytes(UTF_8);
        byte[] rest = "completed by ours".getBytes(UTF_8);
        Digest digest = Digest.of("begun by the peer, completed by ours".getBytes(UTF_8));
        String atPeer = peer.startUpload("upload/moved");
        RegistryClient.require(202, peer.send("PATCH", atPeer, BodyPublishers.ofByteArray(first)));

        String atOurs = URI.create(atPeer).getRawPath();
        RegistryClient.require(202, ours.send("PATCH", atOurs, BodyPublishers.ofByteArray(rest)));
        RegistryClient.require(201, ours.send("PUT", RegistryClient.completing(atOurs, digest)));

        assertThat(peer.status("HEAD", "/v2/upload/moved/blobs/" + digest)).isEqualTo(200);
        assertThat(peer.status("GET", atPeer)).isEqualTo(404);
    }

    @Test
    void bothListTheRepositoriesInTheSameOrder() throws Exception {
        RegistryClient writer = ours;
        for (String name : List.of("a", "a/b", "a-b", "a.b", "a_b", "a/b/c", "a0", "b")) {
            Entry image = layout.image("amd64", name);
            tools.copy(layout.name(name.replace('/', '+'), image), docker(writer, "catalog/" + name, "1"));
            writer = writer == ours ? peer : ours;
        }

        String all = "/v2/_catalog?n=8&last=catalog";
        assertThat(text(ours, all)).contains("catalog/a/b/c").isEqualTo(text(peer, all));
        for (String last : List.of("catalog/a", "catalog/a-b", "catalog/a/b", "catalog/a/nothing")) {
            String page = "/v2/_catalog?n=3&last=" + last;
            assertThat(text(ours, page)).isEqualTo(text(peer, page));
        }
    }

    @Test
    void peerServesUnderBothDigestsWhatWasPushedByTheLongerOne() throws Exception {
        byte[] content = "known by sha512".getBytes(UTF_8);
        Digest sha256 = Digest.of(content);
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, content);

        ours.pushBlob("sha512/blob", content, sha512);

        for (RegistryClient registry : List.of(ours, peer)) {
            assertThat(registry.get("/v2/sha512/blob/blobs/" + sha256).body()).isEqualTo(content);
            assertThat(registry.get("/v2/sha512/blob/blobs/" + sha512).body()).isEqualTo(content);
        }
    }

    @Test
    void bothWriteTheSameFiles() throws Exception {
        Path peersRoot = Files.createDirectories(work.resolve("peers-root"));
        Path peersWork = Files.createDirectories(work.resolve("peers-work"));
        try (DockerRegistry alone = new DockerRegistry(peersWork, peersRoot);
                RegistryClient client = alone.client()) {
            tools = new ContainerTools(work, ours.authority(), client.authority());
            pushAndDelete(ours, "same");
            pushAndDelete(client, "same");
        }

        Map<String, String> peers = files(peersRoot.resolve(TREE));
        Map<String, String> our = files(BuildDirectory.servedRoot().resolve(TREE));
        assertThat(peers).hasSizeGreaterThan(20);
        assertThat(our).containsAllEntriesOf(peers);
        our.keySet().removeIf(path -> !path.startsWith("repositories/same"));
        assertThat(peers.keySet()).containsAll(our.keySet());
    }

    @Test
    void peerCollectsTheGarbageThatWeLeave() throws Exception {
        Entry kept = layout.index("amd64", "arm64");
        tools.copy(layout.name("kept", kept), docker(ours, "garbage/kept", "1"), "--all");
        Digest deleted = pushAndDelete(ours, "garbage");
        Path copy = work.resolve("copy");
        Path repositories = Files.createDirectories(copy.resolve(TREE).resolve("repositories"));
        Path served = BuildDirectory.servedRoot().resolve(TREE);
        copySoundBlobs(served.resolve("blobs"), repositories.resolveSibling("blobs"));
        Command.of(work, "cp", "-r", served + "/repositories/garbage", repositories.toString())
                .run();

        assertThat(DockerRegistry.collectGarbage(work, copy, "--dry-run"))
                .contains("blob eligible for deletion: " + deleted)
                .doesNotContain("blob eligible for deletion: " + kept.digest());
        DockerRegistry.collectGarbage(work, copy);

        assertThat(files(copy).keySet()).noneMatch(path -> path.endsWith(deleted.hex() + "/data"));
        try (DockerRegistry collected = new DockerRegistry(copy, copy);
                RegistryClient client = collected.client()) {
            tools = new ContainerTools(work, client.authority());
            assertThat(tools.copy(docker(client, "garbage/kept", "1"), "oci:" + work.resolve("pulled:1"), "--all"))
                    .isEqualTo(kept.digest());
        }
    }

    /** Without the blob whose digest is cut short, which the tests of broken trees leave: the peer's collection ends there. */
    private static void copySoundBlobs(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path data : walk.filter(Files::isRegularFile).toList()) {
                if (data.getParent().getFileName().toString().length() == 64) {
                    Path copy = to.resolve(from.relativize(data).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(data, copy);
                }
            }
        }
    }

    /** Leaves each kind of trace in a tree; returns the digest of a manifest that was deleted again. */
    private Digest pushAndDelete(RegistryClient registry, String prefix) throws Exception {
        Entry first = layout.image("amd64", prefix + " first");
        Entry second = layout.image("amd64", prefix + " second");
        String name = prefix + "/name";
        tools.copy(layout.name("first", first), docker(registry, name, "moved"));
        tools.copy(layout.name("second", second), docker(registry, name, "moved"));
        tools.copy(layout.name("also", second), docker(registry, name, "also"));
        tools.copy(
                layout.name("index", layout.index("amd64", "arm64")),
                docker(registry, prefix + "/index", "1"),
                "--all");
        tools.copy(layout.name("artifact", layout.artifact("text/plain", first)), docker(registry, name, "said"));
        RegistryClient.require(202, registry.send("DELETE", "/v2/" + name + "/manifests/" + second.digest()));

        String source = prefix + "/blob";
        byte[] blob = (prefix + " blob").getBytes(UTF_8);
        Digest digest = Digest.of(blob);
        registry.pushBlob(source, blob, digest);
        registry.pushBlob(source, blob, Digest.of(Digest.Algorithm.SHA512, blob));
        registry.pushBlob(source, new byte[0], Digest.of(new byte[0]));
        String mount = "/v2/" + prefix + "/mounted/blobs/uploads/?mount=" + digest + "&from=" + source;
        RegistryClient.require(201, registry.send("POST", mount));
        RegistryClient.require(202, registry.send("DELETE", "/v2/" + source + "/blobs/" + digest));
        return second.digest();
    }

    private RegistryClient actor(Direction direction) {
        return direction == Direction.FROM_OURS_TO_PEER ? ours : peer;
    }

    private RegistryClient other(Direction direction) {
        return direction == Direction.FROM_OURS_TO_PEER ? peer : ours;
    }

    private static String docker(RegistryClient registry, String name, String tag) {
        return "docker://" + registry.authority() + "/" + name + ":" + tag;
    }

    private static String digestOf(RegistryClient registry, String name, String tag) throws Exception {
        return RegistryClient.require(
                        200, registry.get("/v2/" + name + "/manifests/" + tag, "Accept", OciLayout.MANIFEST))
                .headers()
                .firstValue("Docker-Content-Digest")
                .orElseThrow();
    }

    private static List<String> names(RegistryClient registry, String target) throws Exception {
        try (var reader = Json.createReader(new StringReader(text(registry, target)))) {
            return reader.readObject().getJsonArray("tags").stream()
                    .map(tag -> ((JsonString) tag).getString())
                    .toList();
        }
    }

    /** A body without the white space at its end, of which docker-registry adds some. */
    private static String text(RegistryClient registry, String target) throws Exception {
        return new String(RegistryClient.require(200, registry.get(target)).body(), UTF_8).strip();
    }

    /** Path below the root, to permissions and digest. Without uploads, and without the referrers, which are ours only. */
    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String path = root.relativize(file).toString();
                if (!path.contains("/_uploads/") && !path.contains("/_referrers/")) {
                    String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                    files.put(path, permissions + " " + Digest.of(Files.readAllBytes(file)));
                }
            }
        }
        return files;
    }
}
