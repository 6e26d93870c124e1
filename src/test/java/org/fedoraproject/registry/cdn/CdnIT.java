package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A CDN that is a real one, but for its size: nginx, which fills its cache from the registry. Clients come to the registry through
 * a second nginx, which ends their TLS as a proxy in front does; both have certificates of a test's own authority, and no client
 * is told to trust anything else. Ordered, since the first pull fills what the second finds.
 */
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
    private static PurgeEndpoint purges;
    private static RegistryProcess registry;
    private static Pushes pushes;
    private static Image image;

    @BeforeAll
    static void start() throws Exception {
        Programs.require("nginx", "openssl", "skopeo", "podman");
        work = Directories.make("cdn");
        authority = new TestAuthority(Files.createDirectories(work.resolve("authority")));
        int port = RegistryProcess.freePort();
        cdn = new NginxProcess(work.resolve("nginx-cdn"), RegistryProcess.freePort(), authority, """
                proxy_pass http://127.0.0.1:%d;
                proxy_set_header Via "1.1 cdn77";
                proxy_cache blobs;
                proxy_cache_key $uri;
                proxy_cache_lock on;
                """.formatted(port));
        front = new NginxProcess(
                work.resolve("nginx-front"), RegistryProcess.freePort(), authority, """
                proxy_pass http://127.0.0.1:%d;
                proxy_set_header Host $http_host;
                proxy_set_header Via "1.1 front";
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto https;
                """.formatted(port));
        purges = new PurgeEndpoint(cdn);
        Path credential = Files.writeString(work.resolve("credential"), "Authorization: Bearer sesame\n");
        List<String> options = new ArrayList<>(List.of(
                "-Dregistry.nfs.root=" + Files.createDirectories(work.resolve("root")),
                "-Dregistry.http.trusted-proxies=127.0.0.1",
                "-Dregistry.cdn.url=" + cdn.url(),
                "-Dregistry.cdn.probe-interval=" + INTERVAL,
                "-Dregistry.cdn.probe-timeout=PT1S",
                "-Dregistry.cdn.purge-url=http://127.0.0.1:" + purges.port() + "/purge{path}",
                "-Dregistry.cdn.purge-method=PURGE",
                "-Dregistry.cdn.purge-body={url}",
                "-Dregistry.cdn.purge-header-file=" + credential,
                "-Dregistry.cdn.purge-interval=" + INTERVAL));
        options.addAll(authority.jvmOptions());
        registry = new RegistryProcess(work, port, options);
        pushes = new Pushes(registry.uri("/"));
        image = Image.of(300_000, 200_000);
        image.push(pushes, NAME, "1");
        awaitStatus(302);
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable started : new AutoCloseable[] {registry, purges, front, cdn}) {
            if (started != null) {
                started.close();
            }
        }
    }

    @Test
    @Order(1)
    void clientThatDoesNotKnowTheAuthorityRefusesUs() throws Exception {
        Programs.Result pull = Programs.run(work, Map.of(), skopeo("stranger", NAME, List.of()));

        assertThat(pull.status()).isNotZero();
        assertThat(pull.output()).contains("x509");
    }

    @Test
    @Order(2)
    void firstPullFillsTheCdn() throws Exception {
        long redirects = registry.blobGets(302);

        pullBySkopeo("first", NAME);

        assertThat(cdn.blobRequests())
                .containsExactlyInAnyOrder(
                        request(image.digest(0), "MISS"),
                        request(image.digest(1), "MISS"),
                        request(Digest.of(image.config()), "MISS"));
        assertThat(registry.blobGets(200)).as("fills").isEqualTo(3);
        assertThat(registry.blobGets(302) - redirects).as("redirects").isEqualTo(3);
        for (byte[] layer : image.layers()) {
            assertThat(work.resolve("first/" + Digest.of(layer).hex())).hasBinaryContent(layer);
        }
    }

    @Test
    @Order(3)
    void secondPullByAnotherClientTakesNoBytesFromTheRegistry() throws Exception {
        long redirects = registry.blobGets(302);

        Programs.succeed(
                work,
                Map.of("TMPDIR", work.toString()),
                List.of(
                        "podman",
                        "--root=" + work.resolve("podman"),
                        "--runroot=" + work.resolve("podman-run"),
                        "--tmpdir=" + work.resolve("podman-tmp"),
                        "--storage-driver=vfs",
                        "--cgroup-manager=cgroupfs",
                        "--events-backend=none",
                        "pull",
                        "--cert-dir=" + authority.certificates(),
                        front.authority() + "/" + NAME + ":1"));

        List<String> requests = cdn.blobRequests();
        assertThat(requests.subList(3, requests.size()))
                .containsExactlyInAnyOrder(
                        request(image.digest(0), "HIT"),
                        request(image.digest(1), "HIT"),
                        request(Digest.of(image.config()), "HIT"));
        assertThat(registry.blobGets(200) + registry.blobGets(206)).as("fills").isEqualTo(3);
        assertThat(registry.blobGets(302) - redirects).as("redirects").isEqualTo(3);
    }

    @Test
    @Order(4)
    void rangesComeThroughTheCdnWithWhatCachesNeed() throws Exception {
        byte[] fresh = Content.random(50_000);
        Digest digest = pushes.blob(NAME, fresh);
        for (String state : List.of("MISS", "HIT")) {
            HttpResponse<byte[]> part = throughRedirect(digest, "Range", "bytes=100-4099");

            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.uri()).hasAuthority(cdn.authority());
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(fresh, 100, 4100));
            assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 100-4099/50000");
            assertDescribes(part, digest);
            assertThat(cdn.blobRequests().getLast()).isEqualTo("GET " + path(digest) + " 206 " + state);
        }
        assertThat(throughRedirect(digest, "Range", "bytes=49999-").body())
                .isEqualTo(Arrays.copyOfRange(fresh, 49_999, 50_000));
        assertThat(throughRedirect(digest, "Range", "bytes=-10").body())
                .isEqualTo(Arrays.copyOfRange(fresh, 49_990, 50_000));

        HttpResponse<byte[]> whole = throughRedirect(digest, "Accept", "*/*");
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(fresh);
        assertDescribes(whole, digest);
        String etag = whole.headers().firstValue("ETag").orElseThrow();
        assertThat(throughRedirect(digest, "If-None-Match", etag).statusCode()).isEqualTo(304);
    }

    @Test
    @Order(5)
    void cdnKeepsNo404() throws Exception {
        byte[] late = Content.bytes("late");
        Digest digest = Digest.of(late);

        assertThat(get(cdn.url() + path(digest), "Accept", "*/*").statusCode()).isEqualTo(404);
        pushes.blob(NAME, late);

        assertThat(get(cdn.url() + path(digest), "Accept", "*/*").body()).isEqualTo(late);
    }

    @Test
    @Order(6)
    void clientCatchesBytesThatTheCdnChanged() throws Exception {
        cdn.spoil(path(image.digest(1)));

        Programs.Result pull = Programs.run(work, Map.of(), skopeo("spoilt", NAME, trust()));

        assertThat(pull.status()).isNotZero();
        assertThat(pull.output()).contains("did not match", image.digest(1).hex());
        Files.delete(cdn.cached(path(image.digest(1))));
        pullBySkopeo("healed", NAME);
    }

    @Test
    @Order(7)
    void pullsGoOnWhileTheCdnIsDown() throws Exception {
        int before = cdn.blobRequests().size();
        cdn.stop();
        awaitStatus(200);
        pullBySkopeo("down", NAME);
        assertThat(cdn.blobRequests()).hasSize(before);
        assertThat(registry.log()).content().contains("The CDN is down (").contains("): blobs are served from here");

        cdn.start();
        awaitStatus(302);
        long served = registry.blobGets(200);
        pullBySkopeo("up", NAME);
        assertThat(cdn.blobRequests()).hasSize(before + 3).allMatch(line -> !line.contains(" 302 "));
        assertThat(registry.blobGets(200)).isEqualTo(served);
        assertThat(registry.log()).content().contains("The CDN is up again (it answers 200): blobs are redirected");
    }

    /** The CDN refuses at first, the registry restarts in between. */
    @Test
    @Order(8)
    void cdnForgetsWhatIsDeleted() throws Exception {
        Digest digest = image.digest(0);
        assertThat(get(cdn.url() + path(digest), "Accept", "*/*").statusCode()).isEqualTo(200);
        pushes.delete(NAME, digest);
        Await.until("two purges are refused", PATIENCE, () -> purges.refused().size() >= 2);
        assertThat(get(cdn.url() + path(digest), "Accept", "*/*").statusCode())
                .as("as the CDN was told nothing yet")
                .isEqualTo(200);

        registry.stop();
        purges.repair();
        registry.start();

        Await.until("the purge is taken", PATIENCE, () -> !purges.taken().isEmpty());
        String expected = "PURGE /purge" + path(digest) + " Bearer sesame " + cdn.url() + path(digest);
        assertThat(purges.refused()).containsOnly(expected);
        assertThat(get(cdn.url() + path(digest), "Accept", "*/*").statusCode()).isEqualTo(404);
        Await.until(
                "it is not queued any more",
                PATIENCE,
                () -> work.resolve("root/.queues/cdn-purge").toFile().list().length == 0);
        Thread.sleep(3 * INTERVAL.toMillis());
        assertThat(purges.taken()).containsExactly(expected);
        assertThat(registry.log()).content().doesNotContain("sesame");
    }

    private static void assertDescribes(HttpResponse<?> answer, Digest digest) {
        assertThat(answer.headers().firstValue("Docker-Content-Digest")).hasValue(digest.toString());
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"" + digest + "\"");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("public, max-age=31536000, immutable");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    }

    private static void pullBySkopeo(String directory, String name) throws IOException, InterruptedException {
        Programs.succeed(work, Map.of(), skopeo(directory, name, trust()));
    }

    private static List<String> skopeo(String directory, String name, List<String> trust) {
        List<String> line = new ArrayList<>(List.of("skopeo", "copy"));
        line.addAll(trust);
        line.add("docker://" + front.authority() + "/" + name + ":1");
        line.add("dir:" + work.resolve(directory));
        return line;
    }

    private static List<String> trust() {
        return List.of("--src-cert-dir=" + authority.certificates());
    }

    private static HttpResponse<byte[]> throughRedirect(Digest digest, String... headers) throws Exception {
        return get(front.url() + path(digest), headers);
    }

    private static HttpResponse<byte[]> get(String url, String... headers) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(authority.context())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url)).headers(headers).build(), BodyHandlers.ofByteArray());
        }
    }

    /** Until a GET of a blob at the registry is answered so. */
    private static void awaitStatus(int status) {
        Await.until(
                "blobs are answered with " + status,
                PATIENCE,
                () -> Exchange.get(registry.port(), path(image.digest(0))).status() == status);
    }

    private static String request(Digest digest, String state) {
        return "GET " + path(digest) + " 200 " + state;
    }

    private static String path(Digest digest) {
        return "/v2/" + NAME + "/blobs/" + digest;
    }
}
