package org.fedoraproject.registry.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.RegistryClient.require;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;

/**
 * Clients of two instances that push images which share blobs, mount, push again what was deleted, push indexes and referrers,
 * delete and move tags. They know what was acknowledged.
 */
public final class SoakClients implements AutoCloseable {
    private static final int PUSHERS = 4;
    private static final int SHARED = 24;
    private static final int TAGS = 6;
    private static final int TRIES = 60;

    private final List<RegistryClient> clients;

    /** What each tag of a pusher's repository names, and the manifests that only digests name; all of them acknowledged. */
    private final Map<String, Manifest> acknowledged = new ConcurrentHashMap<>();

    private final AtomicLong pushes = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong mounted = new AtomicLong();

    private final AtomicLong late = new AtomicLong();
    private final Duration grace;

    /**
     * Takes two clients, which it closes.
     *
     * @param grace for how long a client may rely on what it was told; a client that waited longer for an instance that
     *     starts is late, and begins its push anew
     */
    public SoakClients(RegistryClient one, RegistryClient two, Duration grace) {
        this.clients = List.of(one, two);
        this.grace = grace;
    }

    /** Starts all of them; a refusal is a failure of the load. */
    public void start(Load load) {
        for (int i = 0; i < PUSHERS; i++) {
            load.start(new Pusher(i)::pushInTime);
        }
    }

    /** Starts all of them; refusals are counted. */
    public void start(Load load, AtomicLong refused) {
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
    }

    /** How many images and manifests should be there now. */
    public int acknowledged() {
        return acknowledged.size();
    }

    @Override
    public String toString() {
        return "%s manifests pushed, %s blobs skipped after HEAD, %s mounted, %s pushes begun anew, %d acknowledged manifests left"
                .formatted(pushes, skipped, mounted, late, acknowledged.size());
    }

    /** How many acknowledged pushes cannot be pulled. */
    public long lost() throws Exception {
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

    /** Pulls all that was acknowledged. */
    public void verify() throws Exception {
        for (Map.Entry<String, Manifest> pushed : acknowledged.entrySet()) {
            verify(pushed.getKey(), pushed.getValue());
        }
    }

    /**
     * What linked manifests need, by hex digest: themselves, their configs and layers.
     *
     * @param revisions the files {@code _manifests/revisions/sha256/HEX/link} on the share; a tag that moved leaves its manifest
     *     linked
     */
    public Set<String> needed(Iterable<String> revisions) throws Exception {
        Set<String> needed = new HashSet<>();
        for (String revision : revisions) {
            String name = revision.replaceAll(".*/repositories/(.+)/_manifests/.*", "$1");
            String hex = revision.replaceAll(".*/([0-9a-f]{64})/link", "$1");
            if (needed.add(hex)) {
                byte[] bytes = require(
                                200,
                                clients.getFirst().get("/v2/" + name + "/manifests/sha256:" + hex, "Accept", "*/*"))
                        .body();
                Manifest.parseStored(bytes)
                        .orElseThrow()
                        .blobs()
                        .forEach(blob -> needed.add(blob.digest().hex()));
            }
        }
        return needed;
    }

    @Override
    public void close() {
        clients.forEach(RegistryClient::close);
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

        private void pushInTime(int round) throws Exception {
            while (true) {
                long begin = System.nanoTime();
                try {
                    push(round);
                    return;
                } catch (AssertionError e) {
                    boolean isLate = System.nanoTime() - begin > grace.toNanos();
                    if (!isLate || !e.getMessage().contains("MANIFEST_BLOB_UNKNOWN")) {
                        throw e;
                    }
                    late.incrementAndGet();
                }
            }
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
                HttpResponse<byte[]> answer = client().send("DELETE", "/v2/" + name + "/manifests/" + reference);
                return answer.statusCode() == 404 ? answer : require(202, answer);
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
                        || e.getMessage().contains(" 502 ") // of a front
                        || e.getMessage().contains(" 504 ") // the same, of an instance that takes minutes to start
                        || e.getMessage().contains(" 404") && e.getMessage().contains("instead of 202");
                if (i == TRIES || !starting) {
                    throw e;
                }
            }
            Thread.sleep(500);
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
}
