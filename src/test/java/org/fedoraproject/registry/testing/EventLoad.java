package org.fedoraproject.registry.testing;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.fedoraproject.registry.oci.Manifest;

/**
 * Clients that push through two instances in turn, and what an endpoint gets of it. Each push of a tag makes two events,
 * of the actions {@code push} and {@code tag}.
 */
public final class EventLoad {
    private final int events;
    private final int clients;
    private final List<Supplier<RegistryClient>> instances;
    private final List<Thread> threads = new ArrayList<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    private final Map<String, Integer> last = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Set<String> arrived = new HashSet<>();
    private final List<String> disorder = new ArrayList<>();
    private int duplicates;
    private int requests;

    /** @param events how many in all, of a multiple of so many clients */
    public EventLoad(int events, int clients, List<Supplier<RegistryClient>> instances) {
        this.events = events;
        this.clients = clients;
        this.instances = instances;
    }

    public void start() {
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads.add(Thread.ofPlatform().start(() -> push(client)));
        }
    }

    /** Returns when so much of all pushes is acknowledged. */
    public void reach(double part, Duration limit) {
        Await.until(part + " of the pushes", limit, () -> done.get() >= part * events / 2);
    }

    /** Returns when all pushes are acknowledged. */
    public void join() throws InterruptedException {
        for (Thread each : threads) {
            each.join();
        }
    }

    /** How many acknowledged pushes there are. */
    public int pushed() {
        return done.get();
    }

    /** Takes what the endpoint gets. */
    public synchronized void take(EventReceiver.Request request) {
        requests++;
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

    /** Whether each acknowledged push has arrived. */
    public synchronized boolean isDelivered() {
        synchronized (acknowledged) {
            return arrived.containsAll(acknowledged);
        }
    }

    /** How many different events have arrived. */
    public synchronized int size() {
        return ids.size();
    }

    /** Events that arrived after later ones of their repository. */
    public synchronized List<String> disorder() {
        return List.copyOf(disorder);
    }

    /** How the endpoint got them, in words. */
    public synchronized String summary() {
        return "%d events of %d acknowledged pushes in %d requests, %d attempts failed; %d duplicates, %d out of order"
                .formatted(ids.size(), done.get(), requests, failed.get(), duplicates, disorder.size());
    }

    /** Pushes to two repositories, in turn to both instances; what fails is sent to the other one. */
    private void push(int client) {
        Manifest[] images = {image("a"), image("b")};
        try (RegistryClient one = instances.get(0).get();
                RegistryClient two = instances.get(1).get()) {
            List<RegistryClient> both = List.of(one, two);
            int[] numbers = new int[2];
            for (int i = 0; i < events / 2 / clients; i++) {
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

    /** An index of nothing, with a note. */
    public static Manifest image(String note) {
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
            return false; // it was killed
        }
    }
}
