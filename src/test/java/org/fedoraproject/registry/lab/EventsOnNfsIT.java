package org.fedoraproject.registry.lab;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.EventReceiver;
import org.fedoraproject.registry.testing.RegistryClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What {@code EventsIT} does on a local disk, on real NFS: two hosts put events into one queue, and one of them is killed.
 * Runs with {@code -Dit.nfs.events=4000}, for so many events; {@code -Dit.nfs.mount} says how it is mounted.
 */
@EnabledIfSystemProperty(named = "it.nfs.events", matches = "[0-9]+")
@OnNfsLab
class EventsOnNfsIT {
    private static final int EVENTS = Integer.getInteger("it.nfs.events", 0);
    private static final int CLIENTS = 4;

    /** A host takes the killed one's claim for alive for a minute. */
    private static final Duration LONG = Duration.ofMinutes(15);

    private static final String ANY_ADDRESS = "0.0.0.0";
    /** Of this host, as the lab's hosts see it. */
    private static final String ADDRESS = "198.18.9.254";

    private final Map<String, Integer> last = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Set<String> arrived = new HashSet<>();
    private final List<String> disorder = new ArrayList<>();
    private int duplicates;

    private synchronized void take(EventReceiver.Request request) {
        request.events().forEach(this::take);
    }

    private void take(JsonObject event) {
        JsonObject target = event.getJsonObject("target");
        String repository = target.getString("repository");
        int number = Integer.parseInt(target.getString("tag"));
        arrived.add(event.getString("action") + " " + repository + " " + number);
        if (!ids.add(event.getString("id"))) {
            duplicates++;
            return;
        }
        int before = last.getOrDefault(repository, 0);
        if (number < before) {
            disorder.add(repository + " " + number + " after " + before);
        }
        last.put(repository, Math.max(before, number));
    }

    private synchronized boolean has(Set<String> wanted) {
        return arrived.containsAll(wanted);
    }

    @Test
    void allEventsArriveInOrderThoughAHostIsKilled() throws Exception {
        Path work = BuildDirectory.make("nfs-events");
        try (EventReceiver receiver = new EventReceiver(InetAddress.getByName(ANY_ADDRESS), this::take)) {
            Path file = Files.writeString(work.resolve("endpoints"), """
                    {"endpoints": [{"name": "ci", "url": "%s", "actions": ["push", "tag"], "timeout": "PT5S", "batch": 50}]}""".formatted(
                            receiver.url().replaceFirst("//[^/]*(:[0-9]+)", "//" + ADDRESS + "$1")));
            try (NfsLab lab = NfsLab.start(Map.of("REGISTRY_EVENTS_ENDPOINTS", file.toString()))) {
                run(lab);
            }
        }
    }

    private void run(NfsLab lab) throws Exception {
        Set<String> acknowledged = new HashSet<>();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        long begin = System.nanoTime();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(Thread.ofPlatform().start(() -> push(lab, client, acknowledged, done, failed)));
        }
        reach(done, 0.3);
        lab.does("kill", "a");
        reach(done, 0.6);
        lab.does("restart", "a");
        for (Thread each : clients) {
            each.join();
        }
        long pushed = System.nanoTime();
        Await.until("all events", LONG, () -> has(acknowledged));
        System.out.printf(
                "EventsOnNfsIT: %s: %d events of %d acknowledged pushes in %.1f s, all there %.1f s after the last push;"
                        + " %d attempts failed; %d duplicates, %d out of order%n",
                NfsLab.FIRST,
                ids.size(),
                acknowledged.size() / 2,
                (pushed - begin) / 1e9,
                (System.nanoTime() - pushed) / 1e9,
                failed.get(),
                duplicates,
                disorder.size());
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(EVENTS / CLIENTS / 2 * CLIENTS * 2);
        assertThat(disorder).isEmpty();
    }

    private static void reach(AtomicInteger done, double part) {
        Await.until(part + " of the pushes", LONG, () -> done.get() >= part * EVENTS / 2);
    }

    /** Pushes to two repositories, in turn through both hosts; what fails is sent through the other one. */
    private static void push(
            NfsLab lab, int client, Set<String> acknowledged, AtomicInteger done, AtomicInteger failed) {
        Manifest[] images = {image("a"), image("b")};
        try (RegistryClient a = lab.a();
                RegistryClient b = lab.b()) {
            List<RegistryClient> both = List.of(a, b);
            int[] numbers = new int[2];
            for (int i = 0; i < EVENTS / 2 / CLIENTS; i++) {
                String repository = "events/" + client + "-" + i % 2;
                int number = ++numbers[i % 2];
                for (int attempt = i;
                        !isPushed(both.get(attempt % 2), repository, number, images[number % 2]);
                        attempt++) {
                    failed.incrementAndGet();
                    Thread.sleep(20);
                }
                synchronized (acknowledged) {
                    acknowledged.add("push " + repository + " " + number);
                    acknowledged.add("tag " + repository + " " + number);
                }
                done.incrementAndGet();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Manifest image(String note) {
        return Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
                 "annotations": {"note": "%s"}}""".formatted(note));
    }

    private static boolean isPushed(RegistryClient to, String repository, int number, Manifest image)
            throws InterruptedException {
        try {
            return to.send(
                                    "PUT",
                                    "/v2/" + repository + "/manifests/" + number,
                                    BodyPublishers.ofByteArray(image.bytes()),
                                    "Content-Type",
                                    image.mediaType().value())
                            .statusCode()
                    == 201;
        } catch (IOException e) {
            return false; // the host was killed
        }
    }
}
