package org.fedoraproject.registry.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.RegistryClient.require;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.LiveTree;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.TreeRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Collections without a pause, with a grace time of seconds, while clients of two instances push images that share blobs,
 * mount, push again what was deleted, push indexes and referrers, delete and move tags; and now and then the instance that
 * collects is killed. No acknowledged push is lost, nobody is refused a blob that he was told of, and in the end the bytes on
 * disk are those that the images need. {@code -Dit.soak=3600} makes it last an hour. {@code -Dit.contrast=true} does the same to
 * Debian's {@code docker-registry} with its own collection in place of ours, and says how many acknowledged pushes that loses.
 */
class CollectionSoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("it.soak", 60));
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration KILL_EVERY = Duration.ofSeconds(20);
    private static final int PUSHERS = 4;
    private static final int SHARED = 24;
    private static final int TAGS = 6;
    private static final int TRIES = 60;
    private static final boolean CONTRAST = Boolean.getBoolean("it.contrast");

    private Path work;
    private Path root;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<RegistryClient> clients = new ArrayList<>();

    /** What each tag of a pusher's repository names, and the manifests that only digests name; all of them acknowledged. */
    private final Map<String, Manifest> acknowledged = new ConcurrentHashMap<>();

    private final AtomicLong pushes = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong mounted = new AtomicLong();

    @BeforeEach
    void serve() throws Exception {
        work = BuildDirectory.make("collection-soak");
        root = TreeRoot.setUp(work.resolve("root"));
        if (CONTRAST) {
            return;
        }
        for (String name : List.of("one", "two")) {
            servers.add(new ServerProcess(
                    work.resolve(name),
                    root,
                    "-Dregistry.gc.enabled=true",
                    "-Dregistry.gc.grace=" + GRACE,
                    "-Dregistry.gc.untagged-after=P1D", // takes none in this time, but does all the work
                    "-Dregistry.jobs.collect-interval=PT1S",
                    "-Dregistry.gc.operations-per-second=100000"));
            clients.add(servers.getLast().client());
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (RegistryClient client : clients) {
            client.close();
        }
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "it.contrast", matches = "true")
    @NeedsCommand(DockerRegistry.PROGRAM)
    void contrast() throws Exception {
        AtomicLong refused = new AtomicLong();
        long collections = 0;
        long failed = 0;
        try (DockerRegistry peer = new DockerRegistry(work, root)) {
            clients.add(peer.client());
            clients.add(peer.client());
            long end = System.nanoTime() + LENGTH.toNanos();
            try (Load load = new Load()) {
                for (int i = 0; i < PUSHERS; i++) {
                    Pusher pusher = new Pusher(i);
                    load.start(round -> {
                        try {
                            pusher.push(round);
                        } catch (AssertionError e) { // a blob that it was told of was collected
                            refused.incrementAndGet();
                        }
                    });
                }
                while (System.nanoTime() < end) {
                    try {
                        DockerRegistry.collectGarbage(work, root);
                        collections++;
                    } catch (AssertionError e) { // it stops at what a client deletes at that moment
                        failed++;
                    }
                }
            }
            System.out.printf(
                    "contrast: %d manifests pushed, %d blobs skipped after HEAD, %d mounted, %d collections, %d failed ones,"
                            + " %d pushes refused, %d of %d acknowledged ones lost%n",
                    pushes.get(),
                    skipped.get(),
                    mounted.get(),
                    collections,
                    failed,
                    refused.get(),
                    lost(),
                    acknowledged.size());
        }
        assertThat(collections + failed).isPositive();
    }

    /** How many acknowledged pushes cannot be pulled. */
    private long lost() throws Exception {
        long lost = 0;
        for (Map.Entry<String, Manifest> pushed : acknowledged.entrySet()) {
            try {
                verify(pushed.getKey(), pushed.getValue());
            } catch (AssertionError e) {
                lost++;
            }
        }
        return lost;
    }

    @Test
    @DisabledIfSystemProperty(named = "it.contrast", matches = "true")
    void nothingIsLostAndGarbageGoes() throws Exception {
        long end = System.nanoTime() + LENGTH.toNanos();
        long kills = 0;
        Load load = new Load();
        try (load) {
            for (int i = 0; i < PUSHERS; i++) {
                Pusher pusher = new Pusher(i);
                load.start(pusher::push);
            }
            while (System.nanoTime() < end) {
                Thread.sleep(KILL_EVERY.toMillis());
                ServerProcess victim = servers.get((int) (kills++ % 2));
                victim.kill();
                victim.start();
            }
        }
        long rounds = load.stop();
        verify();
        long collections = collections();

        Await.until("bytes are those that images need", GRACE.multipliedBy(12), () -> blobs().equals(needed()));
        verify();

        System.out.printf(
                "soak: %d rounds, %d manifests pushed, %d blobs skipped after HEAD, %d mounted, %d kills, %d collections,"
                        + " %d images left%n",
                rounds, pushes.get(), skipped.get(), mounted.get(), kills, collections, acknowledged.size());
        assertThat(collections).isPositive();
        assertThat(kills).isPositive();
    }

    /** A client with a repository of its own, so that it knows what this has. */
    private final class Pusher {
        private final String name;
        private final String other;
        private final Random random;

        private Pusher(int number) {
            this.name = "soak/" + number;
            this.other = "soak/" + (number + 1) % PUSHERS;
            this.random = new Random(number);
        }

        private void push(int round) throws Exception {
            Manifest image = image(round);
            String tag = "t" + random.nextInt(TAGS);
            switch (random.nextInt(6)) {
                case 0 -> pushIndex(tag, image);
                case 1 -> pushWithReferrer(tag, image, round);
                case 2 -> deleteTag(tag);
                case 3 -> deleteManifest(tag);
                default -> put(tag, image);
            }
        }

        /** Of blobs that others push too, and one that nobody else has; small numbers come again. */
        private Manifest image(int round) throws Exception {
            Digest config = blob("config " + random.nextInt(SHARED));
            Digest shared = blob("shared " + random.nextInt(SHARED));
            Digest own = blob("own " + name + " " + round / 3);
            return Content.image(config, shared, own);
        }

        /** As clients do: asks, mounts, and pushes what is not there. */
        private Digest blob(String text) throws Exception {
            byte[] content = text.repeat(20).getBytes(UTF_8);
            Digest digest = Digest.of(content);
            return retried(() -> {
                RegistryClient client = client();
                if (client.status("HEAD", "/v2/" + name + "/blobs/" + digest) == 200) {
                    skipped.incrementAndGet();
                    return digest;
                }
                HttpResponse<byte[]> start =
                        client.send("POST", "/v2/" + name + "/blobs/uploads/?mount=" + digest + "&from=" + other);
                if (start.statusCode() == 201) {
                    mounted.incrementAndGet();
                } else {
                    require(202, start);
                    client.pushBlob(name, content, digest);
                }
                return digest;
            });
        }

        private void put(String reference, Manifest manifest) throws Exception {
            retried(() -> client().pushManifest(name, reference, manifest));
            pushes.incrementAndGet();
            acknowledged.put(name + "/manifests/" + reference, manifest);
        }

        private void pushIndex(String tag, Manifest child) throws Exception {
            put(child.digest().toString(), child);
            put(tag, Content.index(child.digest()));
        }

        private void pushWithReferrer(String tag, Manifest image, int round) throws Exception {
            put(tag, image);
            Manifest referrer = Content.artifact("a/b", image.digest(), "round " + round);
            put(referrer.digest().toString(), referrer);
        }

        private void deleteTag(String tag) throws Exception {
            delete(tag);
        }

        /** Also deletes what else names it. */
        private void deleteManifest(String tag) throws Exception {
            Manifest manifest = acknowledged.get(name + "/manifests/" + tag);
            if (manifest != null && manifest.manifests().isEmpty() && !isChild(manifest)) {
                delete(manifest.digest().toString());
                acknowledged
                        .entrySet()
                        .removeIf(entry -> entry.getKey().startsWith(name + "/")
                                && entry.getValue().digest().equals(manifest.digest()));
            }
        }

        private boolean isChild(Manifest manifest) {
            return acknowledged.containsKey(name + "/manifests/" + manifest.digest());
        }

        private void delete(String reference) throws Exception {
            acknowledged.remove(name + "/manifests/" + reference);
            retried(() -> {
                int status = client().status("DELETE", "/v2/" + name + "/manifests/" + reference);
                assertThat(status).isIn(202, 404);
                return status;
            });
        }

        private RegistryClient client() {
            return clients.get(random.nextInt(2));
        }
    }

    private interface Attempt<T> {
        T run() throws Exception;
    }

    /** Tries again where an instance is down, and nowhere else: a refusal is a defect. */
    private static <T> T retried(Attempt<T> attempt) throws Exception {
        for (int i = 0; ; i++) {
            try {
                return attempt.run();
            } catch (IOException e) {
                if (i == TRIES) {
                    throw e;
                }
            } catch (AssertionError e) {
                boolean starting = e.getMessage().contains(" 503 ")
                        || e.getMessage().contains(" 404") && e.getMessage().contains("instead of 202");
                if (i == TRIES || !starting) {
                    throw e;
                }
            }
            Thread.sleep(500);
        }
    }

    private void verify() throws Exception {
        for (Map.Entry<String, Manifest> pushed : acknowledged.entrySet()) {
            verify(pushed.getKey(), pushed.getValue());
        }
    }

    private void verify(String key, Manifest pushed) throws Exception {
        String name = key.substring(0, key.indexOf("/manifests/"));
        RegistryClient client = clients.getFirst();
        byte[] bytes = require(
                        200,
                        client.get("/v2/" + key, "Accept", pushed.mediaType().value()))
                .body();
        assertThat(Digest.of(bytes)).isEqualTo(pushed.digest());
        for (var blob : pushed.blobs()) {
            byte[] content = require(200, client.get("/v2/" + name + "/blobs/" + blob.digest()))
                    .body();
            assertThat(Digest.of(content)).isEqualTo(blob.digest());
        }
        for (var child : pushed.manifests()) {
            require(200, client.get("/v2/" + name + "/manifests/" + child.digest(), "Accept", "*/*"));
        }
    }

    /** What the linked manifests need; a tag that moved leaves its manifest linked. */
    private Set<String> needed() throws IOException {
        Set<String> needed = new HashSet<>();
        for (Path link : LiveTree.files(root.resolve("docker/registry/v2/repositories"), "link")) {
            if (!link.toString().contains("/revisions/")) {
                continue;
            }
            String hex = link.getParent().getFileName().toString();
            needed.add(hex);
            byte[] bytes = Files.readAllBytes(
                    root.resolve("docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data"));
            Manifest.parseStored(bytes)
                    .orElseThrow()
                    .blobs()
                    .forEach(blob -> needed.add(blob.digest().hex()));
        }
        return needed;
    }

    /** What is on disk, in the trash too. */
    private Set<String> blobs() throws IOException {
        Set<String> found = new HashSet<>();
        for (String top : List.of("docker/registry/v2/blobs", ".trash")) {
            LiveTree.files(root.resolve(top), "data")
                    .forEach(file -> found.add(file.getParent().getFileName().toString()));
        }
        return found;
    }

    private long collections() throws IOException {
        long logged = 0;
        for (ServerProcess server : servers) {
            try (Stream<String> lines = Files.lines(server.log())) {
                logged +=
                        lines.filter(line -> line.contains("Job collect: DONE")).count();
            }
        }
        return logged;
    }
}
