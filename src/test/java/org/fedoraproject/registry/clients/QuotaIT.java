package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Together;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Quotas on two servers over one tree, as users and administrators see them. */
@NeedsCommand("skopeo")
@Timeout(400)
class QuotaIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int MORE = 1_000_000;
    /** Leaves too little for the image. */
    private static final int LARGE = MORE + 200_000;

    private Path work;
    private Path rules;
    private List<ServerProcess> servers = List.of();

    @AfterEach
    void stop() throws Exception {
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    @Test
    void pushThatDoesNotFitIsRefusedUntilThereIsRoom() throws Exception {
        work = BuildDirectory.make("quota");
        rules = work.resolve("rules");
        OciLayout layout = new OciLayout(work.resolve("layout"));
        String image = layout.name("image", layout.image("amd64", "quota"));
        long limit = size(work.resolve("layout")) + MORE;
        Files.writeString(rules, "quota team/** bytes " + limit + "\nquota team/** tags 1\n");
        String option = "-Dregistry.quota.rules=" + rules;
        servers = Together.start(
                () -> new ServerProcess(work.resolve("one"), work.resolve("root"), option),
                () -> new ServerProcess(work.resolve("two"), work.resolve("root"), option));
        ServerProcess one = servers.get(0);
        ServerProcess two = servers.get(1);
        for (ServerProcess server : servers) {
            Await.until("the first count", SOON, () -> server.figure("registry_quota_in_force") == 1);
        }
        try (RegistryClient first = one.client();
                RegistryClient second = two.client()) {
            Digest large = first.pushBlob("team/large", Content.random(LARGE));
            Await.until("the other knows", SOON, () -> used(two, "bytes") == LARGE);
            ContainerTools tools = new ContainerTools(work, second.authority());
            String target = "docker://" + second.authority() + "/team/image:1";

            String refusal = tools.copyIsRefused(image, target);

            assertThat(refusal).contains("denied: quota exceeded: team/** may have");
            RegistryClient.require(202, first.send("DELETE", "/v2/team/large/blobs/" + large));
            assertThat(collect(one).out()).contains("DONE");
            Await.until("the other knows", SOON, () -> used(two, "bytes") == 0);
            tools.copy(image, target);
            Await.until("the other knows", SOON, () -> used(one, "tags") == 1);

            assertTagIsRefused(first);
            Files.writeString(rules, "quota team/** tags 2\nquota team/** tag 5\n");
            Await.until(
                    "the mistake is named",
                    SOON,
                    () -> Files.readString(one.log()).contains("line 2: not bytes, tags or repositories: tag"));
            assertTagIsRefused(first);
            Files.writeString(rules, "quota team/** bytes " + limit + "\nquota team/** tags 2\n");
            Await.until("it is taken up", SOON, () -> limit(one) == 2);
            first.pushManifest("team/image", "2", Content.index());

            assertRefusedPostLeavesNothing(first, Math.toIntExact(limit));
            int before = used(two, "bytes");
            first.pushBlob("team/last", Content.random(1000));
            one.stop();
            Await.until("the other knows", SOON, () -> used(two, "bytes") >= before + 1000);
        }
    }

    private void assertRefusedPostLeavesNothing(RegistryClient client, int size) throws Exception {
        byte[] content = Content.random(size);
        HttpResponse<byte[]> refusal = client.send(
                "POST",
                "/v2/team/new/blobs/uploads/?digest=" + Digest.of(content),
                BodyPublishers.ofByteArray(content),
                "Content-Type",
                "application/octet-stream");
        assertThat(refusal.statusCode()).isEqualTo(403);
        assertThat(work.resolve("root/docker/registry/v2/repositories/team/new"))
                .doesNotExist();
    }

    private static void assertTagIsRefused(RegistryClient client) throws Exception {
        Manifest index = Content.index();
        HttpResponse<byte[]> refusal = client.send(
                "PUT",
                "/v2/team/image/manifests/2",
                BodyPublishers.ofByteArray(index.bytes()),
                "Content-Type",
                index.mediaType().value());
        assertThat(refusal.statusCode()).isEqualTo(403);
        assertThat(new String(refusal.body(), StandardCharsets.UTF_8))
                .contains("\"code\":\"DENIED\"")
                .contains(
                        "\"message\":\"quota exceeded: team/** may have 1 tag and has 1 tag, and this push needs 1 tag"
                                + " more\"")
                .contains("\"detail\":{")
                .contains("\"quota\":\"quota team/** tags 1\"")
                .contains("\"limit\":1,", "\"used\":1");
    }

    private static int used(ServerProcess server, String kind) throws Exception {
        return server.figure("registry_quota_used", "quota=\"team/** " + kind + "\"");
    }

    private static int limit(ServerProcess server) throws Exception {
        return server.figure("registry_quota_limit", "quota=\"team/** tags\"");
    }

    private Command.Result collect(ServerProcess server) throws Exception {
        List<String> line = List.of(
                Path.of("ops/collect").toAbsolutePath().toString(),
                "--dry-run",
                "--controller=" + server.managementPort());
        return new Command(work, Map.of("JAVA_HOME", System.getProperty("java.home")), line).attempt();
    }

    private static long size(Path layout) throws Exception {
        try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
            long sum = 0;
            for (Path blob : blobs.toList()) {
                sum += Files.size(blob);
            }
            return sum;
        }
    }
}
