package org.fedoraproject.registry.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.Socket;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.Load;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.Wire;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** {@code ops/rolling-update} on both instances, while clients push and pull. The test that ends one comes last. */
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RollingUpdateIT {
    private static final List<String> INSTANCES = List.of("one", "two");
    private static final String NAME = "rolling";

    /** A large blob, what of it is uploaded by one request, and its rate: a request takes some 100 s, or until a drain begins. */
    private static final long SIZE = 120_000_000;

    private static final long CHUNK = 40_000_000;
    private static final int UPLOAD_RATE = 400_000;
    private static final int DOWNLOAD_RATE = 1_000_000;
    private static final int PAUSE_MILLIS = 50;
    private static final long SLOW_MILLIS = 3_000;
    private static final long DRAIN_LOOK_MILLIS = 500;

    /** What an instance logs when it begins to suspend, as a drain does. */
    private static final String SUSPENDING = "WFLYSRV0211";

    private static Path work;
    private static ClusterProcess cluster;
    private static RegistryClient front;
    private static Digest large;
    /** How many drains of an instance have begun. */
    private static volatile long drains;

    @BeforeAll
    static void start() throws Exception {
        work = BuildDirectory.make("rolling-update");
        cluster = new ClusterProcess(work, Files.createDirectories(work.resolve("root")), Map.of());
        front = cluster.front();
        large = digest(new GeneratedBytes(0, SIZE));
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            front.close();
            cluster.close();
        }
        BuildDirectory.delete(work.resolve("root"));
    }

    @Test
    @Order(1)
    void frontSendsToBothInTurns() throws Exception {
        long each = 20;
        for (int i = 0; i < 2 * each; i++) {
            assertThat(front.status("GET", "/v2/turns/tags/list")).isEqualTo(404);
        }
        // A line is written after the answer was sent
        Await.until(
                "all are logged",
                Duration.ofSeconds(10),
                () -> turns("one").count() + turns("two").count() == 2 * each);
        for (String instance : INSTANCES) {
            assertThat(turns(instance)).as(instance).hasSizeBetween((int) each - 1, (int) each + 1);
        }
    }

    @Test
    @Order(2)
    void noRequestFailsWhileBothAreUpdated() throws Exception {
        Path war = changedWar();
        byte[] content = Content.random(20_000);
        Manifest manifest = push(content, "tag");
        Digest blob = Digest.of(content);
        upload(Integer.MAX_VALUE, () -> true);
        Wire wire = new Wire("127.0.0.1", cluster.port());
        String update;
        Instant begin;
        Instant end;
        long rounds;
        try (Load load = new Load();
                Load watch = new Load()) {
            load.start(number -> {
                String reference = number % 2 == 0 ? "tag" : manifest.digest().toString();
                assertThat(front.get("/v2/" + NAME + "/manifests/" + reference).body())
                        .isEqualTo(manifest.bytes());
                Thread.sleep(PAUSE_MILLIS);
            });
            load.start(number -> {
                assertThat(front.get("/v2/" + NAME + "/blobs/" + blob).body()).isEqualTo(content);
                Thread.sleep(PAUSE_MILLIS);
            });
            load.start(number -> {
                Reply reply = wire.get("/v2/" + NAME + (number % 2 == 0 ? "/manifests/tag" : "/blobs/" + blob));
                assertThat(reply.body()).isEqualTo(number % 2 == 0 ? manifest.bytes() : content);
                Thread.sleep(PAUSE_MILLIS);
            });
            load.start(number -> {
                push(("pushed " + number).getBytes(UTF_8), "pushed-" + number % 10);
                Thread.sleep(PAUSE_MILLIS);
            });
            load.start(number -> {
                putWhenAsked(wire, ("expected " + number).getBytes(UTF_8));
                Thread.sleep(PAUSE_MILLIS);
            });
            for (int i = 0; i < 2; i++) {
                load.start(number -> upload(UPLOAD_RATE, stoppedOrDrained(load)));
                load.start(number -> download(stoppedOrDrained(load)));
            }
            watch.start(number -> {
                drains = countDrains();
                Thread.sleep(DRAIN_LOOK_MILLIS);
            });
            Thread.sleep(1000);

            begin = Instant.now();
            update = rollingUpdate(war).run();
            end = Instant.now();
            rounds = load.stop();
            watch.stop();
        }

        assertThat(update).isEmpty();
        assertThat(rounds).isGreaterThan(2000);
        for (String name : List.of("front", "one", "two")) {
            assertThat(requests(name).filter(request -> request.getInt("status") >= 500))
                    .as(name)
                    .isEmpty();
        }
        String sha1 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(war)));
        List<JsonObject> spanning = new ArrayList<>();
        for (String instance : INSTANCES) {
            assertThat(cluster.directory(instance).resolve("configuration/standalone-ha.xml"))
                    .content()
                    .contains("<content sha1=\"" + sha1 + "\"/>");
            Instant suspended = logged(instance, SUSPENDING, begin, end);
            Instant replaced = logged(instance, "WFLYSRV0016", suspended, end);
            requests(instance)
                    .filter(request -> within(request, suspended, replaced))
                    .filter(RollingUpdateIT::isSlow)
                    .forEach(spanning::add);
            assertThat(requests(instance.equals("one") ? "two" : "one")
                            .filter(request -> within(request, suspended, replaced)))
                    .as("requests that the other served while %s was drained", instance)
                    .hasSizeGreaterThan(100);
        }
        // At the first one if one of them is there, and at the second one, where those go that begin while the first is
        // drained
        assertThat(spanning).as("long transfers that a drain waited for").isNotEmpty();
    }

    @Test
    @Order(3)
    void instanceGoesOnWithTheOldWarIfItDoesNotTakeTheNew() throws Exception {
        Path broken = Files.writeString(work.resolve("broken.war"), "no WAR");

        Command.Result update = rollingUpdate(broken).attempt();

        assertThat(update.status()).isEqualTo(1);
        assertThat(update.err())
                .contains("one did not take the new WAR")
                .contains("one keeps its WAR")
                .doesNotContain("two:");
        frontSendsToBoth("after-broken");
    }

    @Test
    @Order(4)
    void lastInstanceThatServesIsNotTouched() throws Exception {
        cluster.kill("two");

        Command.Result update = rollingUpdate(BuildDirectory.war().toPath(), 1).attempt();

        assertThat(update.status()).isEqualTo(1);
        // The front needs up to 2 s to see that the other is dead; until then the instance is taken out of service, the
        // front is asked again, and the instance is put back
        assertThat(update.err())
                .containsPattern("one stays as it is|there is no other instance any more(?s:.*)one keeps its WAR")
                .doesNotContain("takes no new requests");
        assertThat(front.answers()).isTrue();
    }

    private static Stream<JsonObject> turns(String instance) throws IOException {
        return requests(instance).filter(request -> path(request).equals("/v2/turns/tags/list"));
    }

    private static void frontSendsToBoth(String name) throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(front.status("GET", "/v2/" + name + "/tags/list")).isEqualTo(404);
        }
        for (String instance : INSTANCES) {
            Await.until(
                    instance + " has logged one of them",
                    Duration.ofSeconds(10),
                    () -> requests(instance).anyMatch(request -> path(request).contains(name)));
        }
    }

    private static Command rollingUpdate(Path war) throws IOException {
        return rollingUpdate(war, 1, 2);
    }

    private static Command rollingUpdate(Path war, int... instances) throws IOException {
        String script = Path.of("ops/rolling-update").toAbsolutePath().toString();
        List<String> line = new ArrayList<>(List.of(script, "--war", war.toString(), "--drain", "30"));
        for (int instance : instances) {
            line.add(Integer.toString(cluster.managementPort(instance)));
        }
        return new Command(work, Map.of("JAVA_HOME", System.getProperty("java.home")), line);
    }

    /** The WAR with one file more, so that the servers can tell it from theirs. */
    private static Path changedWar() throws IOException {
        Path war = Files.copy(BuildDirectory.war().toPath(), work.resolve("changed.war"));
        try (FileSystem files = FileSystems.newFileSystem(war)) {
            Files.writeString(files.getPath("META-INF/changed"), "changed");
        }
        return war;
    }

    /** Pushes an image of one layer. */
    private static Manifest push(byte[] content, String tag) throws IOException, InterruptedException {
        Manifest manifest = Content.image(front.pushBlob(NAME, content));
        front.pushManifest(NAME, tag, manifest);
        return manifest;
    }

    /** Sends the content when the server says that it wants it. */
    private static void putWhenAsked(Wire wire, byte[] content) throws IOException {
        String head = "POST /v2/%s/blobs/uploads/?digest=%s HTTP/1.1\r\nHost: registry.test\r\nConnection: close\r\n"
                        .formatted(NAME, Digest.of(content))
                + "Content-Length: " + content.length + "\r\nExpect: 100-continue\r\n\r\n";
        try (Socket socket = wire.connect(head)) {
            assertThat(Wire.read(socket.getInputStream(), true).status()).isEqualTo(100);
            socket.getOutputStream().write(content);
            Reply reply = Wire.read(socket.getInputStream(), false);
            assertThat(reply.status()).as(new String(reply.body(), ISO_8859_1)).isEqualTo(201);
        }
    }

    /** Whether a transfer that begins now is to end soon: a drain waits for it, or the load is to stop. */
    private static BooleanSupplier stoppedOrDrained(Load load) {
        long before = drains;
        return () -> load.isStopped() || drains > before;
    }

    private static long countDrains() throws IOException {
        long count = 0;
        for (String instance : INSTANCES) {
            try (Stream<String> lines = Files.lines(cluster.log(instance))) {
                count += lines.filter(line -> line.contains(SUSPENDING)).count();
            }
        }
        return count;
    }

    private static void upload(int rate, BooleanSupplier hurry) throws IOException, InterruptedException {
        String location = front.startUpload(NAME);
        for (long begin = 0; begin < SIZE; begin += CHUNK) {
            long from = begin;
            location = RegistryClient.require(
                            202,
                            front.send(
                                    "PATCH",
                                    location,
                                    RegistryClient.stream(
                                            () -> new SlowBytes(new GeneratedBytes(from, from + CHUNK), rate, hurry)),
                                    "Content-Range",
                                    from + "-" + (from + CHUNK - 1)))
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
        }
        RegistryClient.require(201, front.send("PUT", RegistryClient.completing(location, large)));
    }

    private static void download(BooleanSupplier hurry) throws Exception {
        try (InputStream body = RegistryClient.require(200, front.open("/v2/" + NAME + "/blobs/" + large))
                        .body();
                InputStream slow = new SlowBytes(body, DOWNLOAD_RATE, hurry)) {
            assertThat(digest(slow)).isEqualTo(large);
        }
    }

    private static Digest digest(InputStream content) throws IOException {
        DigestInputStream digested = new DigestInputStream(content, Digest.Algorithm.SHA256.messageDigest());
        digested.transferTo(OutputStream.nullOutputStream());
        return Digest.ofHash(
                Digest.Algorithm.SHA256, digested.getMessageDigest().digest());
    }

    /** A server's access log, as far as it was written. */
    private static Stream<JsonObject> requests(String server) throws IOException {
        return log(server).filter(line -> line.getString("logger", "").equals("access"));
    }

    private static Stream<JsonObject> log(String server) throws IOException {
        return Files.readAllLines(cluster.log(server)).stream()
                .filter(line -> line.startsWith("{") && line.endsWith("}"))
                .map(line -> Json.createReader(new StringReader(line)).readObject());
    }

    /** When a server logged a message, the first time in that while. */
    private static Instant logged(String server, String id, Instant begin, Instant end) throws IOException {
        return log(server)
                .filter(line -> line.getString("message", "").startsWith(id))
                .map(RollingUpdateIT::time)
                .filter(time -> !time.isBefore(begin) && time.isBefore(end))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + id + " from " + server));
    }

    private static Instant time(JsonObject line) {
        return OffsetDateTime.parse(line.getString("timestamp")).toInstant();
    }

    /** Whether a request ended in that while. */
    private static boolean within(JsonObject request, Instant begin, Instant end) {
        return !time(request).isBefore(begin) && time(request).isBefore(end);
    }

    private static boolean isSlow(JsonObject request) {
        return request.getInt("ms") > SLOW_MILLIS;
    }

    private static String path(JsonObject request) {
        return request.getString("path", "");
    }
}
