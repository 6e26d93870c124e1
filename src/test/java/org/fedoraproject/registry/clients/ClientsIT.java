package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.DeployedRegistry;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.OciLayout.Entry;
import org.fedoraproject.registry.testing.RegistryClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people push and pull with: skopeo, podman and buildah, with images that hold a real program. */
@NeedsCommand("skopeo")
class ClientsIT extends DeployedRegistry {
    private static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    @ArquillianResource
    private URI base;

    private Path work;
    private OciLayout layout;
    private ContainerTools tools;
    private RegistryClient registry;

    @BeforeEach
    void prepare() throws IOException {
        work = BuildDirectory.make("clients");
        layout = new OciLayout(work.resolve("layout"));
        registry = new RegistryClient(base);
        tools = new ContainerTools(work, registry.authority());
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void skopeoPullsWhatItPushed() throws Exception {
        Entry image = layout.image("amd64", "pushed by skopeo");

        assertThat(tools.copy(layout.name("1", image), docker("skopeo/image:1")))
                .isEqualTo(image.digest());
        assertThat(tools.copy(docker("skopeo/image@" + image.digest()), "oci:" + work.resolve("pulled:1")))
                .isEqualTo(image.digest());
        assertThat(OciLayout.blobs(work.resolve("pulled"))).isEqualTo(OciLayout.blobs(work.resolve("layout")));
    }

    @Test
    void skopeoPullsWhatItPushedInDockersFormat() throws Exception {
        String source = layout.name("1", layout.image("amd64", "in Docker's format"));

        Digest pushed = tools.copy(source, docker("skopeo/docker:1"), "--format=v2s2");
        Digest pulled = tools.copy(docker("skopeo/docker:1"), "dir:" + work.resolve("pulled"));

        assertThat(raw("skopeo/docker:1").getString("mediaType")).isEqualTo(DOCKER_MANIFEST);
        assertThat(pulled).isEqualTo(pushed);
        assertThat(Digest.of(Files.readAllBytes(work.resolve("pulled/manifest.json"))))
                .isEqualTo(pushed);
    }

    @Test
    void skopeoPullsTheWholeIndexThatItPushed() throws Exception {
        Entry index = layout.index("amd64", "arm64");

        assertThat(tools.copy(layout.name("1", index), docker("skopeo/index:1"), "--all"))
                .isEqualTo(index.digest());
        assertThat(tools.copy(docker("skopeo/index:1"), "oci:" + work.resolve("pulled:1"), "--all"))
                .isEqualTo(index.digest());
        assertThat(OciLayout.blobs(work.resolve("pulled"))).isEqualTo(OciLayout.blobs(work.resolve("layout")));
    }

    @Test
    void skopeoFindsEachPlatformInAnIndex() throws Exception {
        tools.copy(layout.name("1", layout.index("amd64", "arm64")), docker("skopeo/platforms:1"), "--all");

        for (String architecture : List.of("amd64", "arm64")) {
            JsonObject found = json(tools.skopeo(
                            "--override-os=linux",
                            "--override-arch=" + architecture,
                            "inspect",
                            docker("skopeo/platforms:1"))
                    .run());
            assertThat(found.getString("Architecture")).isEqualTo(architecture);
        }
    }

    @Test
    void skopeoPullsTheWholeListThatItPushed() throws Exception {
        String source = layout.name("1", layout.index("amd64", "arm64"));

        Digest pushed = tools.copy(source, docker("skopeo/list:1"), "--all", "--format=v2s2");
        Digest copied = tools.copy(docker("skopeo/list:1"), docker("skopeo/list-copied:1"), "--all");

        assertThat(raw("skopeo/list-copied:1").getString("mediaType")).isEqualTo(DOCKER_LIST);
        assertThat(copied).isEqualTo(pushed);
    }

    @Test
    void skopeoMountsWhatAnotherRepositoryHas() throws Exception {
        Entry image = layout.image("amd64", "to be mounted");
        tools.copy(layout.name("1", image), docker("mount/source:1"));

        String log = tools.skopeo("--debug", "copy", docker("mount/source:1"), docker("mount/target:1"))
                .attempt()
                .err();

        assertThat(log).contains("mount=", "... mount OK");
        assertThat(tools.copy(docker("mount/target:1"), "oci:" + work.resolve("pulled:1")))
                .isEqualTo(image.digest());
    }

    @Test
    void skopeoCopiesAnArtifactThatStaysAReferrer() throws Exception {
        Entry subject = layout.image("amd64", "signed");
        Entry artifact = layout.artifact("application/vnd.example.signature", subject);
        tools.copy(layout.name("subject", subject), docker("artifact/source:1"));
        tools.copy(layout.name("artifact", artifact), docker("artifact/source:signature"));

        Digest copied = tools.copy(docker("artifact/source:signature"), docker("artifact/target:signature"));

        assertThat(copied).isEqualTo(artifact.digest());
        for (String name : List.of("artifact/source", "artifact/target")) {
            JsonObject referrer = referrers(name, subject.digest()).getFirst().asJsonObject();
            assertThat(referrer.getString("digest")).isEqualTo(artifact.digest().toString());
            assertThat(referrer.getString("artifactType")).isEqualTo("application/vnd.example.signature");
        }
    }

    @Test
    void skopeoListsAndInspectsAndDeletes() throws Exception {
        Entry first = layout.image("amd64", "first");
        Entry second = layout.image("amd64", "second");
        tools.copy(layout.name("first", first), docker("skopeo/tags:first"));
        tools.copy(layout.name("second", second), docker("skopeo/tags:second"));
        tools.copy(layout.name("also", second), docker("skopeo/tags:also"));

        JsonObject inspected =
                json(tools.skopeo("inspect", docker("skopeo/tags:second")).run());
        assertThat(inspected.getString("Digest")).isEqualTo(second.digest().toString());
        assertThat(inspected.get("RepoTags")).hasToString("[\"also\",\"first\",\"second\"]");

        tools.skopeo("delete", docker("skopeo/tags:second")).run();
        assertThat(json(tools.skopeo("list-tags", docker("skopeo/tags")).run()).get("Tags"))
                .hasToString("[\"first\"]");
    }

    @Test
    void skopeoSyncsARepositoryToADirectoryAndBack() throws Exception {
        Entry index = layout.index("amd64", "arm64");
        tools.copy(layout.name("1", index), docker("sync/index:1"), "--all");
        tools.copy(layout.name("2", index), docker("sync/index:2"), "--all");
        String directory = work.resolve("synced").toString();
        String target = registry.authority() + "/synced";

        tools.skopeo("sync", "--all", "--src=docker", "--dest=dir", registry.authority() + "/sync/index", directory)
                .run();
        tools.skopeo("sync", "--all", "--src=dir", "--dest=docker", directory, target)
                .run();

        assertThat(digest("synced/index:1")).isEqualTo(index.digest());
        assertThat(digest("synced/index:2")).isEqualTo(index.digest());
    }

    @Test
    @NeedsCommand("podman")
    void podmanPullsWhatItPushed() throws Exception {
        Entry image = layout.image("amd64", "for podman");
        tools.copy(layout.name("1", image), docker("podman/source:1"));
        String pushed = registry.authority() + "/podman/pushed:1";

        tools.podman("pull", registry.authority() + "/podman/source:1").run();
        tools.podman("tag", registry.authority() + "/podman/source:1", pushed).run();
        tools.podman("push", tools.digestFile(), pushed).run();
        Digest digest = tools.written();
        tools.podman("rmi", "--all", "--force").run();
        tools.podman("pull", pushed).run();

        assertThat(tools.podman("image", "inspect", "--format={{.Digest}}", pushed)
                        .run()
                        .strip())
                .isEqualTo(digest.toString());
        assertThat(digest("podman/pushed:1")).isEqualTo(digest);
    }

    @Test
    @NeedsCommand({"podman", "runc"})
    void podmanRunsWhatItPulled() throws Exception {
        String local = layout.name("1", layout.image("amd64", "to be run"));
        tools.copy(local, docker("podman/run:1"));
        String archive = work.resolve("run.tar").toString();
        tools.copy(local, "oci-archive:" + archive + ":localhost/run:1");
        tools.podman("load", "--quiet", "--input=" + archive).run();
        Assumptions.assumeTrue(
                tools.podmanRun("localhost/run:1", "--version").attempt().status() == 0,
                "podman runs no container on this machine");
        tools.podman("rmi", "--all", "--force").run();

        assertThat(tools.podmanRun(registry.authority() + "/podman/run:1", "--version")
                        .run())
                .startsWith("ldconfig");
    }

    @Test
    @NeedsCommand("buildah")
    void buildahBuildsOnAnImageAndPullsTheResult() throws Exception {
        tools.copy(layout.name("1", layout.image("amd64", "for buildah")), docker("buildah/source:1"));
        String result = registry.authority() + "/buildah/result:1";
        Path containerfile = Files.writeString(
                work.resolve("Containerfile"),
                "FROM %s/buildah/source:1\nRUN [\"%s\", \"--version\"]\nCOPY Containerfile /\n"
                        .formatted(registry.authority(), OciLayout.PROGRAM));

        tools.buildah(
                        "build",
                        "--isolation=chroot",
                        "--tag=" + result,
                        "--file=" + containerfile,
                        "--ignorefile=/dev/null",
                        work.toString())
                .run();
        tools.buildah("push", tools.digestFile(), result).run();
        Digest digest = tools.written();
        tools.buildah("rmi", "--all", "--force").run();
        tools.buildah("pull", result).run();

        assertThat(tools.buildah("images", "--digests", "--format={{.Digest}}", result)
                        .run()
                        .strip())
                .isEqualTo(digest.toString());
    }

    @Test
    @NeedsCommand("buildah")
    void buildahPushesAManifestListWithItsImages() throws Exception {
        Entry amd64 = layout.image("amd64", "of a list");
        Entry arm64 = layout.image("arm64", "of a list");

        tools.buildah("manifest", "create", "list").run();
        tools.buildah("manifest", "add", "list", layout.name("amd64", amd64)).run();
        tools.buildah("manifest", "add", "list", layout.name("arm64", arm64)).run();
        tools.buildah(
                        "manifest",
                        "push",
                        "--all",
                        "--tls-verify=false", // or it will not look into registries.conf
                        tools.digestFile(),
                        "list",
                        docker("buildah/list:1"))
                .run();

        assertThat(digest("buildah/list:1")).isEqualTo(tools.written());
        assertThat(raw("buildah/list:1").getJsonArray("manifests"))
                .extracting(child -> child.asJsonObject().getString("digest"))
                .containsExactly(amd64.digest().toString(), arm64.digest().toString());
    }

    private String docker(String image) {
        return "docker://" + registry.authority() + "/" + image;
    }

    /** The manifest as it is stored. */
    private JsonObject raw(String image) throws Exception {
        return json(tools.skopeo("inspect", "--raw", docker(image)).run());
    }

    private Digest digest(String image) throws Exception {
        String manifest = tools.skopeo("inspect", "--raw", docker(image)).run();
        return Digest.of(manifest.getBytes(StandardCharsets.UTF_8));
    }

    private List<JsonValue> referrers(String name, Digest subject) throws Exception {
        byte[] index = RegistryClient.require(200, registry.get("/v2/" + name + "/referrers/" + subject))
                .body();
        try (var reader = Json.createReader(new ByteArrayInputStream(index))) {
            return reader.readObject().getJsonArray("manifests");
        }
    }

    private static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
