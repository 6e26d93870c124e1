package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.fedoraproject.registry.http.AnswerHeaders;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.ContainerTools;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.OciLayout;
import org.fedoraproject.registry.testing.OciLayout.Entry;
import org.fedoraproject.registry.testing.Ports;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A CDN that is a real one, but for its size: nginx, which fills its cache from the registry. skopeo comes to the registry's own
 * TLS, podman through a second nginx, which ends TLS as a proxy in front does; all have certificates of a test's own authority,
 * and no client is told to trust anything else. Ordered, since the first pull fills what the second finds.
 */
@NeedsCommand({"nginx", "openssl", "skopeo", "podman"})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CdnIT {
    private static final String NAME = "fedora/image";
    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** Two looks in a row and a time-out each, and as much again for a slow machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static Path work;
    private static TestAuthority authority;
    private static NginxProcess cdn;
    private static NginxProcess front;
    private static int tlsPort;
    private static PurgeEndpoint purges;
    private static ServerProcess server;
    private static RegistryClient registry;
    private static RegistryClient atFront;
    private static RegistryClient atCdn;
    private static ContainerTools tools;
    private static OciLayout layout;

    /** Of the image: two layers and its configuration. */
    private static List<Digest> blobs;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("cdn");
        authority = new TestAuthority(work.resolve("authority"));
        int port = Ports.free();
        cdn = new NginxProcess(work.resolve("nginx-cdn"), Ports.free(), authority, """
                proxy_pass http://127.0.0.1:%d;
                proxy_set_header Via "1.1 cdn77";
                proxy_cache blobs;
                proxy_cache_key $uri;
                proxy_cache_lock on;
                """.formatted(port));
        front = new NginxProcess(work.resolve("nginx-front"), Ports.free(), authority, """
                proxy_pass http://127.0.0.1:%d;
                proxy_set_header Host $http_host;
                proxy_set_header Via "1.1 front";
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto https;
                """.formatted(port));
        purges = new PurgeEndpoint(cdn);
        tlsPort = Ports.free();
        Path keyStore = work.resolve("tls.p12");
        Command.of(
                        work,
                        Path.of("ops/tls-keystore").toAbsolutePath().toString(),
                        "--cert",
                        authority.certificate().toString(),
                        "--key",
                        authority.key().toString(),
                        keyStore.toString())
                .run();
        Path credential = Files.writeString(work.resolve("credential"), "Authorization: Bearer sesame\n");
        List<String> options = new ArrayList<>(List.of(
                "-Dregistry.http.trusted-proxies=127.0.0.1",
                "-Dregistry.tls.enabled=true",
                "-Dregistry.tls.key-store=" + keyStore,
                "-Djboss.https.port=" + tlsPort,
                "-Dregistry.cdn.url=" + cdn.url(),
                "-Dregistry.cdn.probe-interval=" + INTERVAL,
                "-Dregistry.cdn.probe-timeout=PT1S",
                "-Dregistry.cdn.purge-url=http://127.0.0.1:" + purges.port() + "/purge{path}",
                "-Dregistry.cdn.purge-method=PURGE",
                "-Dregistry.cdn.purge-body={url}",
                "-Dregistry.cdn.purge-header-file=" + credential,
                "-Dregistry.cdn.purge-interval=" + INTERVAL));
        options.addAll(authority.jvmOptions());
        server = new ServerProcess(work.resolve("server"), work.resolve("root"), port, options.toArray(String[]::new));
        registry = server.client();
        atFront = client(front);
        atCdn = client(cdn);
        tools = new ContainerTools(work, registry.authority());
        layout = new OciLayout(work.resolve("layout"));
        Entry image = layout.image("amd64", "a layer", "another layer");
        blobs = Manifest.parse(layout.bytes(image.digest()), Optional.empty()).blobs().stream()
                .map(Descriptor::digest)
                .toList();
        tools.copy(layout.name("1", image), "docker://" + registry.authority() + "/" + NAME + ":1");
        awaitStatus(302);
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable started : new AutoCloseable[] {atCdn, atFront, registry, server, purges, front, cdn}) {
            if (started != null) {
                started.close();
            }
        }
    }

    @Test
    @Order(1)
    void clientThatDoesNotKnowTheAuthorityRefusesUs() throws Exception {
        Command.Result pull = pull("stranger").attempt();

        assertThat(pull.status()).isNotZero();
        assertThat(pull.err()).contains("x509");
    }

    @Test
    @Order(2)
    void firstPullFillsTheCdn() throws Exception {
        long redirects = blobGets(302);

        pull("first", trust()).run();

        assertThat(cdn.blobRequests()).containsExactlyInAnyOrderElementsOf(requests("MISS"));
        assertThat(blobGets(200)).as("fills").isEqualTo(3);
        assertThat(blobGets(302) - redirects).as("redirects").isEqualTo(3);
        for (Digest blob : blobs) {
            assertThat(work.resolve("first").resolve(blob.hex())).hasBinaryContent(layout.bytes(blob));
        }
    }

    @Test
    @Order(3)
    void secondPullByAnotherClientTakesNoBytesFromTheRegistry() throws Exception {
        long redirects = blobGets(302);

        tools.podman("pull", "--cert-dir=" + authority.certificates(), front.authority() + "/" + NAME + ":1")
                .run();

        assertThat(cdn.blobRequests().stream().skip(3)).containsExactlyInAnyOrderElementsOf(requests("HIT"));
        assertThat(blobGets(200) + blobGets(206)).as("fills").isEqualTo(3);
        assertThat(blobGets(302) - redirects).as("redirects").isEqualTo(3);
    }

    @Test
    @Order(4)
    void rangesComeThroughTheCdnWithWhatCachesNeed() throws Exception {
        byte[] fresh = Content.random(50_000);
        Digest digest = registry.pushBlob(NAME, fresh);
        for (String state : List.of("MISS", "HIT")) {
            HttpResponse<byte[]> part = atFront.get(path(digest), "Range", "bytes=100-4099");

            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.uri()).hasAuthority(cdn.authority());
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(fresh, 100, 4100));
            assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 100-4099/50000");
            assertDescribes(part, digest);
            String expected = "GET " + path(digest) + " 206 " + state;
            // nginx logs what it has answered, not what it is going to
            Await.until(
                    "the CDN logs " + expected,
                    PATIENCE,
                    () -> cdn.blobRequests().getLast().equals(expected));
        }
        assertThat(atFront.get(path(digest), "Range", "bytes=49999-").body())
                .isEqualTo(Arrays.copyOfRange(fresh, 49_999, 50_000));
        assertThat(atFront.get(path(digest), "Range", "bytes=-10").body())
                .isEqualTo(Arrays.copyOfRange(fresh, 49_990, 50_000));

        HttpResponse<byte[]> whole = atFront.get(path(digest));
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(fresh);
        assertDescribes(whole, digest);
        String etag = whole.headers().firstValue("ETag").orElseThrow();
        assertThat(atFront.get(path(digest), "If-None-Match", etag).statusCode())
                .isEqualTo(304);
    }

    @Test
    @Order(5)
    void cdnKeepsNo404() throws Exception {
        byte[] late = Content.bytes("late");
        Digest digest = Digest.of(late);

        assertThat(atCdn.get(path(digest)).statusCode()).isEqualTo(404);
        registry.pushBlob(NAME, late);

        assertThat(atCdn.get(path(digest)).body()).isEqualTo(late);
    }

    @Test
    @Order(6)
    void clientCatchesBytesThatTheCdnChanged() throws Exception {
        cdn.spoil(path(blobs.get(1)));

        Command.Result pull = pull("spoilt", trust()).attempt();

        assertThat(pull.status()).isNotZero();
        assertThat(pull.err()).contains("did not match", blobs.get(1).hex());
        Files.delete(cdn.cached(path(blobs.get(1))));
        pull("healed", trust()).run();
    }

    @Test
    @Order(7)
    void pullsGoOnWhileTheCdnIsDown() throws Exception {
        int before = cdn.blobRequests().size();
        cdn.stop();
        awaitStatus(200);
        pull("down", trust()).run();
        assertThat(cdn.blobRequests()).hasSize(before);
        assertThat(server.log()).content().contains("The CDN is down (").contains("): blobs are served from here");

        cdn.start();
        awaitStatus(302);
        long served = blobGets(200);
        pull("up", trust()).run();
        assertThat(cdn.blobRequests()).hasSize(before + 3).allMatch(line -> !line.contains(" 302 "));
        assertThat(blobGets(200)).isEqualTo(served);
        assertThat(server.log()).content().contains("The CDN is up again (it answers 200): blobs are redirected");
    }

    /** The CDN refuses at first, the registry restarts in between. */
    @Test
    @Order(8)
    void cdnForgetsWhatIsDeleted() throws Exception {
        Digest digest = blobs.get(0);
        assertThat(atCdn.get(path(digest)).statusCode()).isEqualTo(200);
        requireBlobToStayIfItsPurgeCannotBeQueued(digest);
        RegistryClient.require(202, registry.send("DELETE", path(digest)));
        Await.until("two purges are refused", PATIENCE, () -> purges.refused().size() >= 2);
        assertThat(atCdn.get(path(digest)).statusCode())
                .as("as the CDN was told nothing yet")
                .isEqualTo(200);

        server.stop();
        purges.repair();
        server.start();

        Await.until("the purge is taken", PATIENCE, () -> !purges.taken().isEmpty());
        String expected = "PURGE /purge" + path(digest) + " Bearer sesame " + cdn.url() + path(digest);
        assertThat(purges.refused()).containsOnly(expected);
        assertThat(atCdn.get(path(digest)).statusCode()).isEqualTo(404);
        Await.until(
                "it is not queued any more",
                PATIENCE,
                () -> work.resolve("root/.queues/cdn-purge").toFile().list().length == 0);
        Thread.sleep(3 * INTERVAL.toMillis());
        assertThat(purges.taken()).containsExactly(expected);
        assertThat(server.log()).content().doesNotContain("sesame");
    }

    private void requireBlobToStayIfItsPurgeCannotBeQueued(Digest digest) throws Exception {
        Path queue = work.resolve("root/.queues/cdn-purge");
        Files.deleteIfExists(queue);
        Files.createDirectories(queue.getParent());
        Files.createFile(queue); // no directory, so that nothing can be written there
        RegistryClient.require(500, registry.send("DELETE", path(digest)));
        RegistryClient.require(200, registry.send("HEAD", path(digest)));
        Files.delete(queue);
    }

    private static void assertDescribes(HttpResponse<?> answer, Digest digest) {
        assertThat(answer.headers().firstValue("Docker-Content-Digest")).hasValue(digest.toString());
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"" + digest + "\"");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("public, max-age=31536000, immutable");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    }

    private static Command pull(String directory, String... options) {
        List<String> arguments = new ArrayList<>(List.of("copy"));
        arguments.addAll(List.of(options));
        arguments.add("docker://localhost:" + tlsPort + "/" + NAME + ":1");
        arguments.add("dir:" + work.resolve(directory));
        return tools.skopeo(arguments.toArray(String[]::new));
    }

    private static String trust() {
        return "--src-cert-dir=" + authority.certificates();
    }

    private static RegistryClient client(NginxProcess nginx) throws IOException, GeneralSecurityException {
        return new RegistryClient(
                URI.create(nginx.url()),
                HttpClient.newBuilder()
                        .sslContext(authority.context())
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build());
    }

    /** GETs of blobs that the registry answered with a status, as its access log has them. */
    private static long blobGets(int status) throws Exception {
        String last = UUID.randomUUID().toString(); // lines are written later than answers, in their order
        registry.get("/v2/", AnswerHeaders.REQUEST_ID, last);
        Await.until(
                "the log has all",
                PATIENCE,
                () -> Files.readString(server.log()).contains(last));
        try (Stream<String> lines = Files.lines(server.log(), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains("\"logger\":\"access\"")
                            && line.contains("\"method\":\"GET\"")
                            && line.contains("/blobs/sha256")
                            && line.contains("\"status\":" + status + ","))
                    .count();
        }
    }

    /** Until a GET of a blob at the registry is answered so. */
    private static void awaitStatus(int status) {
        Await.until(
                "blobs are answered with " + status,
                PATIENCE,
                () -> registry.status("GET", path(blobs.get(0))) == status);
    }

    /** For all blobs of the image. */
    private static List<String> requests(String state) {
        return blobs.stream().map(blob -> "GET " + path(blob) + " 200 " + state).toList();
    }

    private static String path(Digest digest) {
        return "/v2/" + NAME + "/blobs/" + digest;
    }
}
