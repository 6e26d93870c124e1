package org.fedoraproject.registry.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedoraproject.registry.testing.Content.bytes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.fedoraproject.registry.cluster.TestSwitches;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairTest {
    private static final RepositoryName NAME = RepositoryName.parse("fedora/image");
    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final long FAST = 1_000_000_000;
    private static final int MAX_SIZE = 100_000;

    @TempDir
    Path directory;

    private Path root;
    private Stores stores;
    private HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private Answer answer = this::serve;

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        root = directory.resolve("root");
        stores = new Stores(root);
        server = server(exchange -> answer.to(exchange));
    }

    private HttpServer server(Answer answers) throws IOException {
        HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        made.setExecutor(threads);
        made.createContext("/", exchange -> {
            try (exchange) {
                requests.add(exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
                answers.to(exchange);
            }
        });
        made.start();
        return made;
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] content = served.get(exchange.getRequestURI().getPath());
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            send(exchange, content);
        }
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
    }

    @Test
    void corruptAndLostBlobsAreRepairedFromAnotherRegistry() throws IOException {
        Digest corrupt = push("1", "layer");
        Digest lost = push("2", "other layer");
        Files.writeString(data(corrupt), "wrong");
        Files.delete(data(lost));

        ScrubReport report = scrub(url(server));

        assertThat(report.status()).isEqualTo(ScrubStatus.COMPLETED);
        assertThat(report.count(Count.CORRUPT)).isEqualTo(1);
        assertThat(report.count(Count.REPAIRED)).isEqualTo(2);
        assertThat(report.problems()).hasSize(2).anyMatch(problem -> problem.endsWith("was lost"));
        assertThat(report.left()).isZero();
        assertThat(report.repairs())
                .hasSize(2)
                .allMatch(line -> line.endsWith(" of fedora/image: repaired from " + url(server)));
        assertThat(stores.blobs().read(corrupt, 100)).contains(bytes("layer"));
        assertThat(stores.blobs().read(lost, 100)).contains(bytes("other layer"));
        assertThat(root.resolve(".quarantine/sha256-" + corrupt.hex())).hasContent("wrong");
        assertThat(scrub(url(server)).count(Count.PROBLEMS)).isZero();
        stores.assertNoLeftovers();
    }

    /** Nobody knows what a manifest needs before it is there. */
    @Test
    void whatARepairedManifestNeedsIsRepairedToo() throws IOException {
        Digest layer = push("1", "layer");
        Digest manifest = stores.tags().get(NAME, Tag.parse("1")).orElseThrow();
        Files.delete(data(manifest));
        Files.delete(data(layer));

        ScrubReport report = scrub(url(server));

        assertThat(report.count(Count.REPAIRED)).isEqualTo(2);
        assertThat(report.left()).isZero();
        assertThat(requests).anyMatch(request -> request.startsWith("/v2/fedora/image/manifests/" + manifest));
        assertThat(stores.blobs().read(layer, 100)).contains(bytes("layer"));
    }

    @Test
    void corruptBlobThatNoManifestNeedsYetIsRepaired() throws IOException {
        Digest layer = stores.layer(NAME, bytes("layer"));
        Digest collected = stores.layer(NAME, bytes("collected"));
        offer("blobs", layer, bytes("layer"));
        offer("blobs", collected, bytes("collected"));
        Files.writeString(data(layer), "wrong");
        Files.delete(data(collected));

        ScrubReport report = scrub(url(server));

        assertThat(report.count(Count.REPAIRED)).isEqualTo(1);
        assertThat(stores.blobs().read(layer, 100)).contains(bytes("layer"));
        assertThat(data(collected)).doesNotExist();
    }

    /** A scrub of many blobs takes days, in which clients would get 404. */
    @Test
    void corruptBlobIsRepairedBeforeTheScrubGoesOn() throws IOException {
        Digest layer = push("1", "layer");
        Digest manifest = stores.tags().get(NAME, Tag.parse("1")).orElseThrow();
        for (int i = 0; i < 50; i++) { // some of them come later
            stores.layer(NAME, bytes("another " + i));
        }
        for (Digest each : List.of(layer, manifest)) {
            Files.writeString(data(each), "wrong");

            ScrubReport report = scrub(
                    config(url(server)),
                    FAST,
                    () -> !requests.isEmpty()
                            && stores.blobs()
                                    .read(each, 1000)
                                    .filter(bytes -> Digest.of(bytes).equals(each))
                                    .isPresent());

            assertThat(report.status()).isEqualTo(ScrubStatus.STOPPED);
            assertThat(report.position()).startsWith("blobs ");
            assertThat(report.count(Count.REPAIRED)).isEqualTo(1);
            requests.clear();
            assertThat(scrub(url(server)).left()).isZero();
        }
    }

    @Test
    void blobsAreRepairedFromAnotherTree() throws IOException {
        Digest layer = push("1", "layer");
        Path snapshot = directory.resolve("snapshot");
        Stores there = new Stores(snapshot);
        there.layer(NAME, bytes("layer"));
        Files.writeString(data(layer), "wrong");

        ScrubReport report = scrub(snapshot.toUri());

        assertThat(report.left()).isZero();
        assertThat(report.repairs()).singleElement().asString().endsWith(": repaired from " + snapshot);
        assertThat(stores.blobs().read(layer, 100)).contains(bytes("layer"));
    }

    @Test
    void treeThatIsNotMountedIsNamed() throws IOException {
        Files.delete(data(push("1", "layer")));

        ScrubReport report = scrub(directory.resolve("missing").toUri());

        assertThat(report.left()).isEqualTo(2);
        assertThat(report.repairs()).singleElement().asString().endsWith("missing has no tree");
    }

    @Test
    void wrongBytesAreNotStored() throws IOException {
        byte[] wrong = bytes("layes");
        answer = exchange -> send(exchange, wrong);

        assertNotRepaired("it sends 5 bytes with the digest " + Digest.of(wrong));
    }

    @Test
    void tooManyBytesAreNotStored() throws IOException {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 2 * MAX_SIZE; i += 1000) {
                exchange.getResponseBody().write(new byte[1000]);
            }
        };

        assertNotRepaired("it sends more than " + MAX_SIZE + " bytes");
    }

    @Test
    void answerThatBreaksOffIsNotStored() throws IOException {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write(bytes("lay"));
            exchange.getResponseBody().flush();
        };

        assertNotRepaired("broke off");
    }

    @Test
    void sourceThatHangsIsLeft() throws IOException {
        answer = exchange -> hang();

        assertNotRepaired("no answer");
    }

    @Test
    void sourceThatHangsInTheMiddleIsLeft() throws IOException {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write(bytes("lay"));
            exchange.getResponseBody().flush();
            hang();
        };

        assertNotRepaired("the answer does not go on within 700 ms");
    }

    @Test
    void sourceThatSendsByteAfterByteIsLeft() throws IOException {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 40; i++) {
                exchange.getResponseBody().write('x');
                exchange.getResponseBody().flush();
                pause();
            }
        };

        assertNotRepaired("the answer does not go on within 700 ms");
    }

    @Test
    void whatTheSourceDoesNotHaveStaysLost() throws IOException {
        answer = exchange -> exchange.sendResponseHeaders(404, -1);

        assertNotRepaired("not repaired, for it is not in " + url(server));
    }

    @Test
    void refusalIsNamed() throws IOException {
        answer = exchange -> exchange.sendResponseHeaders(401, -1);

        assertNotRepaired("it answers 401");
    }

    @Test
    void redirectsHaveAnEnd() throws IOException {
        answer = exchange -> {
            exchange.getResponseHeaders().set("Location", "/again");
            exchange.sendResponseHeaders(302, -1);
        };

        assertNotRepaired("it redirects more than 5 times");
    }

    @Test
    void redirectElsewhereIsNamed() throws IOException {
        answer = exchange -> {
            exchange.getResponseHeaders().set("Location", "file:///etc/passwd");
            exchange.sendResponseHeaders(302, -1);
        };

        assertNotRepaired("it redirects to no http or https URL");
    }

    private void assertNotRepaired(String why) throws IOException {
        Digest layer = push("1", "layer");
        Files.writeString(data(layer), "wrong");
        List<String> before = stores.files();

        ScrubReport report = scrub(url(server));

        assertThat(report.status()).isEqualTo(ScrubStatus.COMPLETED);
        assertThat(report.left()).isEqualTo(report.count(Count.PROBLEMS)).isPositive();
        assertThat(report.count(Count.REPAIRED)).isZero();
        assertThat(report.repairs())
                .as("at once, and in the repository")
                .hasSize(2)
                .allMatch(line -> line.contains(why));
        assertThat(stores.blobs().open(layer)).isEmpty();
        assertThat(root.resolve(".quarantine/sha256-" + layer.hex())).hasContent("wrong");
        assertThat(before).containsAll(stores.files());
        stores.assertNoLeftovers();
    }

    @Test
    void onlyTheRegistryItselfGetsThePassword() throws IOException {
        Digest layer = push("1", "layer");
        Files.delete(data(layer));
        HttpServer cdn = server(this::serve);
        try {
            answer = exchange -> {
                exchange.getResponseHeaders()
                        .set("Location", url(cdn) + exchange.getRequestURI().getPath());
                exchange.sendResponseHeaders(307, -1);
            };
            Path credentials = Files.writeString(directory.resolve("credentials"), "scrub:secret\n");

            ScrubReport report = scrub(
                    new RepairConfig(Optional.of(url(server)), Optional.of(credentials.toString()), TIMEOUT, MAX_SIZE),
                    FAST,
                    () -> false);

            assertThat(report.left()).isZero();
            assertThat(requests)
                    .containsExactly(
                            "/v2/fedora/image/blobs/" + layer + " [Basic c2NydWI6c2VjcmV0]",
                            "/v2/fedora/image/blobs/" + layer + " []");
        } finally {
            cdn.stop(0);
        }
    }

    @Test
    void sourceThatRefusesSomeBlobsIsAskedForAll() throws IOException {
        for (int i = 0; i < 9; i++) {
            Files.delete(data(push("t" + i, "layer " + i)));
        }
        answer = exchange -> exchange.sendResponseHeaders(403, -1);

        scrub(url(server));

        assertThat(requests).hasSize(9);
    }

    @Test
    void sourceThatKeepsFailingIsAskedNoMore() throws IOException {
        for (int i = 0; i < 9; i++) {
            Files.delete(data(push("t" + i, "layer " + i)));
        }
        answer = exchange -> exchange.sendResponseHeaders(503, -1);

        ScrubReport report = scrub(url(server));

        assertThat(requests).hasSize(5);
        assertThat(report.left()).isEqualTo(18);
        assertThat(report.repairs()).hasSize(6).last().asString().contains("nothing more is repaired");
    }

    @Test
    void dryRunRepairsNothing() throws IOException {
        Files.delete(data(push("1", "layer")));

        ScrubReport report = scrubber(config(url(server))).run(new ScrubRequest(true, FAST), now -> {}, () -> false);

        assertThat(report.left()).isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void scrubStopsWhileTheSourceHangs() throws IOException {
        Files.delete(data(push("1", "layer")));
        answer = exchange -> hang();
        RepairConfig patient =
                new RepairConfig(Optional.of(url(server)), Optional.empty(), Duration.ofMinutes(1), MAX_SIZE);
        long begin = System.nanoTime();

        ScrubReport report = scrub(patient, FAST, () -> !requests.isEmpty());

        assertThat(report.status()).isEqualTo(ScrubStatus.STOPPED);
        assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(10).toNanos());
    }

    @Test
    void repairsNoFasterThanAllowed() throws IOException {
        String content = "x".repeat(90_000);
        Files.delete(data(push("1", content)));
        long begin = System.nanoTime();

        ScrubReport report = scrub(config(url(server)), 100_000, () -> false);

        assertThat(report.left()).isZero();
        assertThat(System.nanoTime() - begin).isGreaterThan(900_000_000);
    }

    /** A push stores the same blob while the source sends it. */
    @Test
    void pushOfTheSameMeanwhileStays() throws IOException {
        Digest layer = push("1", "layer");
        Files.delete(data(layer));
        answer = exchange -> {
            new Stores(root).blobs().put(layer, bytes("layer"));
            serve(exchange);
        };

        ScrubReport report = scrub(url(server));

        assertThat(report.left()).isZero();
        assertThat(data(layer)).hasContent("layer");
        stores.assertNoLeftovers();
    }

    @Test
    void mistakesInTheConfigurationAreNamed() throws IOException {
        Path credentials = Files.writeString(directory.resolve("credentials"), "secret");
        for (String wrong : List.of("ftp://a/", "https://user@a/", "https://a/?b", "file:relative", "a", "https:///")) {
            assertThatThrownBy(() -> config(URI.create(wrong)))
                    .as(wrong)
                    .hasMessageContaining("registry.scrub.repair-from");
        }
        assertThatThrownBy(() -> new RepairConfig(
                        Optional.of(URI.create("file:/snapshot")), Optional.of("file"), TIMEOUT, MAX_SIZE))
                .hasMessageContaining("registry.scrub.repair-credentials-file");
        RepairConfig noUser = new RepairConfig(
                Optional.of(URI.create("https://a/")), Optional.of(credentials.toString()), TIMEOUT, MAX_SIZE);
        assertThatThrownBy(noUser::authorization)
                .hasMessageContaining("registry.scrub.repair-credentials-file")
                .hasMessageNotContaining("secret");
        assertThat(config(URI.create("https://a:5000/b/")).registry()).contains(URI.create("https://a:5000/b"));
    }

    @Test
    void reportOfAnOlderVersionIsRead() {
        ScrubReport report = ScrubReport.parse("""
                {"id":"a","begin":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z","dryRun":false,
                "status":"COMPLETED","reason":"","position":"","counts":{"problems":1},"problems":["a"]}""");

        assertThat(report.left()).isEqualTo(1);
        assertThat(report.repairs()).isEmpty();
    }

    private void hang() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static URI url(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static RepairConfig config(URI from) {
        return new RepairConfig(Optional.of(from), Optional.empty(), TIMEOUT, MAX_SIZE);
    }

    private ScrubReport scrub(URI from) {
        return scrub(config(from), FAST, () -> false);
    }

    private ScrubReport scrub(RepairConfig config, long bytesPerSecond, BooleanSupplier stop) {
        return scrubber(config).run(new ScrubRequest(false, bytesPerSecond), now -> {}, stop);
    }

    private Scrubber scrubber(RepairConfig config) {
        return new Scrubber(
                stores.scan(),
                stores.repositories(),
                stores.referrers(),
                stores.scrubFiles(),
                Scrubber.repairs(config, stores.blobRepair()),
                name -> child -> true,
                TestSwitches.make());
    }

    /** Pushes an image, which the other registry has too; returns the digest of its layer. */
    private Digest push(String tag, String content) {
        Digest config = stores.layer(NAME, bytes("{}"));
        Digest layer = stores.layer(NAME, bytes(content));
        Manifest image = Content.image(config, layer);
        stores.blobs().put(image.digest(), image.bytes());
        stores.links().putRevision(NAME, image.digest(), image.digest());
        stores.tags().put(NAME, Tag.parse(tag), image.digest());
        offer("blobs", config, bytes("{}"));
        offer("blobs", layer, bytes(content));
        offer("manifests", image.digest(), image.bytes());
        return layer;
    }

    private void offer(String kind, Digest digest, byte[] content) {
        served.put("/v2/" + NAME + "/" + kind + "/" + digest, content);
    }

    private Path data(Digest digest) {
        return stores.at("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data");
    }
}
