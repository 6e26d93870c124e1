package org.fedoraproject.registry.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.TestAuthority;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any request may go to either instance, and one of them may die. The tests that end processes come last. */
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
    private static final int ATTEMPTS = 20;

    private static final String CERTIFICATE_HEADER = "X-Who-Is-It";

    /** Everybody everything, but for one. Tokens are those of either instance, which make their keys at the same time. */
    private static final String POLICY = """
            rule @registry anyone all
            rule **        anyone all
            rule closed/** anyone none
            rule closed/** cert:boss all
            """;

    private static Path work;
    private static ClusterProcess cluster;
    private static RegistryClient front;
    private static RegistryClient one;
    private static RegistryClient two;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("cluster");
        Path policy = Files.writeString(work.resolve("policy"), POLICY);
        cluster = new ClusterProcess(
                work,
                Files.createDirectories(work.resolve("root")),
                Map.of(
                        "REGISTRY_AUTH_POLICY",
                        policy.toString(),
                        "REGISTRY_AUTH_CERTIFICATE_HEADER",
                        CERTIFICATE_HEADER));
        front = cluster.front();
        one = cluster.instance(1);
        two = cluster.instance(2);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            front.close();
            one.close();
            two.close();
            cluster.close();
        }
    }

    @Test
    void browserIsToldOfTheFront() throws Exception {
        HttpResponse<byte[]> page = front.get("/", "Accept", "text/html");

        assertThat(new String(page.body(), UTF_8))
                .contains("podman pull --tls-verify=false " + front.authority() + "/");
    }

    /** Each of POST, two PATCHes and PUT on each instance: sixteen ways, every boundary among them. */
    @Test
    void uploadGoesOnAtTheOtherInstanceAfterEachRequest() throws Exception {
        for (int way = 0; way < 16; way++) {
            byte[] content = ("first of " + way + ", then the rest").getBytes(UTF_8);
            Digest digest = Digest.of(content);
            String location = at(way, 0).startUpload("moved");
            for (int chunk = 0; chunk < 2; chunk++) {
                int middle = 5;
                byte[] part = chunk == 0
                        ? Arrays.copyOf(content, middle)
                        : Arrays.copyOfRange(content, middle, content.length);
                String range = chunk == 0 ? "0-" + (middle - 1) : middle + "-" + (content.length - 1);
                location = patch(at(way, 1 + chunk), location, part, range);
                for (RegistryClient either : List.of(one, two)) {
                    assertThat(either.send("GET", location).headers().firstValue("Range"))
                            .hasValue("0-" + range.substring(range.indexOf('-') + 1));
                }
            }
            RegistryClient.require(201, at(way, 3).send("PUT", RegistryClient.completing(location, digest)));
            for (RegistryClient either : List.of(front, one, two)) {
                assertThat(blob(either, "moved", digest)).isEqualTo(content);
                assertThat(either.status("GET", location)).isEqualTo(404);
            }
        }
    }

    @Test
    void uploadThroughTheFrontEndsWhereverItsRequestsGo() throws Exception {
        byte[] content = Content.random(100_000);
        Digest digest = Digest.of(content);
        String location = front.startUpload("front");
        for (int begin = 0; begin < content.length; begin += 10_000) {
            byte[] part = Arrays.copyOfRange(content, begin, begin + 10_000);
            location = patch(front, location, part, begin + "-" + (begin + 9_999));
        }
        RegistryClient.require(201, front.send("PUT", RegistryClient.completing(location, digest)));
        assertThat(blob(front, "front", digest)).isEqualTo(content);
    }

    /** The instances believe the front, as which the test can pass itself off here. */
    @Test
    @NeedsCommand("openssl")
    void certificateThatAClientMakesUpEndsAtTheFront() throws Exception {
        TestAuthority authority = new TestAuthority(work.resolve("authority"));
        String certificate = Files.readString(authority.client("/CN=boss").resolve("client.cert"))
                .strip()
                .replace('\n', ' ');
        String path = "/v2/closed/app/tags/list";
        assertThat(one.get(path, CERTIFICATE_HEADER, certificate).statusCode()).isEqualTo(404);
        assertThat(front.get(path, CERTIFICATE_HEADER, certificate).statusCode())
                .isEqualTo(401);
        assertThat(front.get(path, CERTIFICATE_HEADER.toLowerCase(Locale.ROOT), certificate)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void tokenOfOneInstanceIsTakenByTheOtherOne() throws Exception {
        String challenge = "Bearer realm=\"http://" + front.authority() + "/auth/token\",service=\"registry\"";
        assertThat(front.get("/v2/", "X-Forwarded-Host", "made.up").headers().firstValue("WWW-Authenticate"))
                .hasValue(challenge);
        for (int way = 0; way < 2; way++) {
            String token = Reply.of(at(way, 0).get("/auth/token?scope=repository:tokens:pull"))
                    .json()
                    .getString("token");
            for (RegistryClient either : List.of(front, one, two)) {
                assertThat(either.get("/v2/tokens/tags/list", "Authorization", "Bearer " + token)
                                .statusCode())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void tagsMoveAndVanishForBothAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            RegistryClient writer = at(i, 0);
            RegistryClient reader = at(i + 1, 0);
            byte[] manifest = push(writer, "tags", "content " + i, "moving");
            assertThat(reader.get("/v2/tags/manifests/moving").body()).isEqualTo(manifest);
            assertThat(reader.get("/v2/tags/manifests/" + Digest.of(manifest)).body())
                    .isEqualTo(manifest);
        }
        RegistryClient.require(202, one.send("DELETE", "/v2/tags/manifests/moving"));
        assertThat(two.status("GET", "/v2/tags/manifests/moving")).isEqualTo(404);
        byte[] manifest = push(two, "tags", "last", "deleted");
        RegistryClient.require(202, one.send("DELETE", "/v2/tags/manifests/" + Digest.of(manifest)));
        assertThat(two.status("GET", "/v2/tags/manifests/deleted")).isEqualTo(404);
    }

    @Test
    void mountsReferrersAndDeletesAreSeenByTheOther() throws Exception {
        byte[] content = "mounted".getBytes(UTF_8);
        Digest digest = Digest.of(content);
        one.pushBlob("source", content, digest);
        RegistryClient.require(201, two.send("POST", "/v2/target/blobs/uploads/?mount=" + digest + "&from=source"));
        assertThat(blob(one, "target", digest)).isEqualTo(content);
        RegistryClient.require(202, one.send("DELETE", "/v2/target/blobs/" + digest));
        assertThat(two.status("GET", "/v2/target/blobs/" + digest)).isEqualTo(404);

        byte[] subject = push(one, "referred", "subject", "1");
        Digest referrer = Digest.of(push(two, "referred", "referrer", "2", Digest.of(subject)));
        assertThat(new String(
                        RegistryClient.require(200, one.get("/v2/referred/referrers/" + Digest.of(subject)))
                                .body(),
                        UTF_8))
                .contains(referrer.toString());
    }

    @Test
    @NeedsCommand("skopeo")
    void skopeoPushesAndPullsThroughTheFront() throws Exception {
        OciLayout layout = new OciLayout(work.resolve("layout"));
        ContainerTools tools = new ContainerTools(work, front.authority());
        OciLayout.Entry image = layout.image("amd64", "through the front");
        String name = "docker://" + front.authority() + "/skopeo:1";

        assertThat(tools.copy(layout.name("pushed", image), name)).isEqualTo(image.digest());
        assertThat(tools.copy(name, "oci:" + work.resolve("pulled:1"))).isEqualTo(image.digest());
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void retriesSucceedWhenAnInstanceIsKilled() throws Exception {
        byte[] early = push(two, "killed", "pushed before", "before");
        int clients = 4;
        int rounds = 30;
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
            List<Future<List<byte[]>>> pushes = new ArrayList<>();
            for (int c = 0; c < clients; c++) {
                String tag = "client-" + c + "-";
                pushes.add(executor.submit(() -> {
                    List<byte[]> manifests = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        String mine = tag + round;
                        manifests.add(retry(() -> push(front, "killed", mine, mine)));
                        byte[] pulled =
                                retry(() -> RegistryClient.require(200, front.get("/v2/killed/manifests/" + mine))
                                        .body());
                        assertThat(pulled).isEqualTo(manifests.getLast());
                        done.incrementAndGet();
                    }
                    return manifests;
                }));
            }
            while (done.get() < clients * rounds / 4 && pushes.stream().noneMatch(Future::isDone)) {
                Thread.sleep(5);
            }
            cluster.kill("two");
            for (Future<List<byte[]>> push : pushes) {
                for (byte[] manifest : push.get()) {
                    assertThat(one.get("/v2/killed/manifests/" + Digest.of(manifest))
                                    .body())
                            .isEqualTo(manifest);
                }
            }
        }
        assertThat(front.get("/v2/killed/manifests/before").body()).isEqualTo(early);
        for (int i = 0; i < 20; i++) {
            assertThat(front.status("GET", "/v2/killed/manifests/before")).isEqualTo(200);
        }
        assertThat(two.answers()).isFalse();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void nothingSurvivesTheScript() throws Exception {
        assertThat(cluster.stop()).isEmpty();
    }

    /** RFC 9112, 6.3: whatever comes after such a request is not to be taken for another. */
    @ParameterizedTest
    @ValueSource(strings = {"identity", "xchunked", "gzip, chunked", "chunked, identity"})
    void frontRefusesBodiesWhoseLengthCannotBeTold(String coding) throws Exception {
        String refused = "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + "\r\n\r\n";
        String body = "3\r\nabc\r\n0\r\n\r\n";
        String next = "GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Wire("127.0.0.1", cluster.port()).connect(refused + body + next)) {
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 400 ")
                    .containsOnlyOnce("HTTP/1.1 ");
        }
    }

    private interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /** As clients do it: the whole again, after a while. */
    private static <T> T retry(Attempt<T> attempt) throws InterruptedException {
        for (int i = 1; ; i++) {
            try {
                return attempt.run();
            } catch (IOException | AssertionError e) {
                if (i == ATTEMPTS) {
                    throw new AssertionError("after " + i + " attempts", e);
                }
                Thread.sleep(200);
            }
        }
    }

    /** The instance that a way's bit names. */
    private static RegistryClient at(int way, int bit) {
        return (way >> bit & 1) == 0 ? one : two;
    }

    private static String patch(RegistryClient registry, String location, byte[] part, String range) throws Exception {
        HttpResponse<byte[]> patched =
                registry.send("PATCH", location, BodyPublishers.ofByteArray(part), "Content-Range", range);
        return RegistryClient.require(202, patched)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static byte[] blob(RegistryClient registry, String name, Digest digest) throws Exception {
        return RegistryClient.require(200, registry.get("/v2/" + name + "/blobs/" + digest))
                .body();
    }

    private static byte[] push(RegistryClient registry, String name, String content, String tag)
            throws IOException, InterruptedException {
        return push(registry, name, content, tag, null);
    }

    /** Pushes an image; returns its manifest. */
    private static byte[] push(RegistryClient registry, String name, String content, String tag, Digest subject)
            throws IOException, InterruptedException {
        byte[] config = content.getBytes(UTF_8);
        registry.pushBlob(name, config, Digest.of(config));
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[]%s}"
                .formatted(
                        OciLayout.MANIFEST,
                        descriptor("application/octet-stream", Digest.of(config), config.length),
                        subject == null ? "" : ",\"subject\":" + descriptor(OciLayout.MANIFEST, subject, 1));
        HttpResponse<byte[]> put = registry.send(
                "PUT",
                "/v2/" + name + "/manifests/" + tag,
                BodyPublishers.ofString(manifest),
                "Content-Type",
                OciLayout.MANIFEST);
        RegistryClient.require(201, put);
        return manifest.getBytes(UTF_8);
    }

    private static String descriptor(String mediaType, Digest digest, int size) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(mediaType, digest, size);
    }
}
