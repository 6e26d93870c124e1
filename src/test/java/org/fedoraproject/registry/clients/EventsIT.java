package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
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
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.EventReceiver;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.Together;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events of two servers over one tree, while clients push, servers are killed, and the receiver fails. */
@Timeout(400)
class EventsIT {
    private static final Duration SOON = Duration.ofMinutes(2);

    /** Each push of a tag makes two events. */
    private static final int EVENTS = 10_000;

    private static final int CLIENTS = 8;

    private Path work;
    private Path file;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final Stream stream = new Stream();

    @AfterEach
    void stop() throws Exception {
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    /** What the receiver has got so far. */
    private static final class Stream {
        private final Map<String, Integer> last = new HashMap<>();
        private final Set<String> ids = new HashSet<>();
        private final Set<String> pushes = new HashSet<>();
        private final List<String> disorder = new ArrayList<>();
        private int duplicates;
        private int requests;

        private synchronized void take(EventReceiver.Request request) {
            requests++;
            request.events().forEach(this::take);
        }

        private void take(JsonObject event) {
            JsonObject target = event.getJsonObject("target");
            String repository = target.getString("repository");
            int number = Integer.parseInt(target.getString("tag"));
            pushes.add(event.getString("action") + " " + repository + " " + number);
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
            return pushes.containsAll(wanted);
        }

        private synchronized int size() {
            return ids.size();
        }
    }

    @Test
    void allEventsArriveInOrderWhateverIsKilled() throws Exception {
        work = BuildDirectory.make("events");
        try (EventReceiver receiver = new EventReceiver(stream::take)) {
            endpoints("""
                    {"name": "ci", "url": "%s", "actions": ["push", "tag"], "timeout": "PT2S", "batch": 50}""".formatted(receiver.url()));
            start();
            Set<String> acknowledged = new HashSet<>();
            AtomicInteger done = new AtomicInteger();
            long begin = System.nanoTime();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                clients.add(Thread.ofPlatform().start(() -> push(client, acknowledged, done)));
            }

            reach(done, 0.1);
            receiver.answer(500);
            reach(done, 0.2);
            receiver.hang();
            reach(done, 0.3);
            servers.get(0).kill();
            receiver.answer(200);
            reach(done, 0.4);
            servers.get(0).start();
            reach(done, 0.6);
            servers.get(1).kill();
            receiver.answer(503);
            reach(done, 0.7);
            receiver.answer(204);
            for (Thread each : clients) {
                each.join();
            }
            long pushed = System.nanoTime();
            int atEnd = stream.size();
            Await.until("all events", SOON, () -> stream.has(acknowledged));

            System.out.printf(
                    "EventsIT: %d events of %d acknowledged pushes in %.1f s (%.0f pushes a second), the last %d of them within"
                            + " %.1f s after the last push; %d requests, %d refused or hung; %d duplicates, %d out of order%n",
                    stream.size(),
                    acknowledged.size() / 2,
                    (pushed - begin) / 1e9,
                    acknowledged.size() / 2.0 / ((pushed - begin) / 1e9),
                    stream.size() - atEnd,
                    (System.nanoTime() - pushed) / 1e9,
                    stream.requests,
                    receiver.refused(),
                    stream.duplicates,
                    stream.disorder.size());
            assertThat(acknowledged).hasSize(EVENTS);
            assertThat(stream.disorder).isEmpty();
            Await.until("the queue is empty", SOON, () -> waiting() == 0);
        }
    }

    private void endpoints(String... endpoints) throws Exception {
        file = work.resolve("endpoints");
        Files.writeString(file, "{\"endpoints\": [" + String.join(",", endpoints) + "]}");
    }

    private void start(String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("-Dregistry.events.endpoints=" + file);
        String[] all = options.toArray(String[]::new);
        servers.addAll(Together.start(
                () -> new ServerProcess(work.resolve("one"), work.resolve("root"), all),
                () -> new ServerProcess(work.resolve("two"), work.resolve("root"), all)));
    }

    private static void reach(AtomicInteger done, double part) {
        Await.until(part + " of the pushes", SOON, () -> done.get() >= part * EVENTS / 2);
    }

    /** Pushes to two repositories, in turn to both servers; what fails is sent to the other one. */
    private void push(int client, Set<String> acknowledged, AtomicInteger done) {
        Manifest[] images = {Content.manifest(image("a")), Content.manifest(image("b"))};
        try (RegistryClient one = servers.get(0).client();
                RegistryClient two = servers.get(1).client()) {
            List<RegistryClient> both = List.of(one, two);
            int[] numbers = new int[2];
            for (int i = 0; i < EVENTS / 2 / CLIENTS; i++) {
                String repository = "events/" + client + "-" + i % 2;
                int number = ++numbers[i % 2];
                for (int attempt = i;
                        !isPushed(both.get(attempt % 2), repository, number, images[number % 2]);
                        attempt++) {
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

    private static String image(String note) {
        return """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
                 "annotations": {"note": "%s"}}""".formatted(note);
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

    /** The entries of the queue; a walk over them would fail where one is deleted meanwhile. */
    private int waiting() {
        return IntStream.range(0, 16)
                .mapToObj(lane -> work.resolve("root/.queues/events/lanes/" + lane))
                .mapToInt(lane -> {
                    String[] names = lane.toFile().list();
                    return names == null ? 0 : names.length - (Files.exists(lane.resolve("floors")) ? 1 : 0);
                })
                .sum();
    }

    private static final Pattern TABLE = Pattern.compile("ci +0 +0 +1\nother +0 +0 +0\n");

    @Test
    @NeedsCommand("python3")
    void administratorsSeeAndMendWhatAnEndpointRefuses() throws Exception {
        work = BuildDirectory.make("events-refused");
        Path headers = Files.writeString(work.resolve("headers"), "X-Token: one\n");
        try (EventReceiver receiver = new EventReceiver();
                EventReceiver other = new EventReceiver()) {
            receiver.answer(400);
            endpoints("""
                    {"name": "ci", "url": "%s", "headerFile": "%s"}""".formatted(receiver.url(), headers), """
                    {"name": "other", "url": "%s", "format": "cloudevents-binary", "actions": ["delete", "pull"],
                     "pullSample": 1}""".formatted(other.url()));
            start("-Dregistry.events.max-refusals=2", "-Dregistry.events.retry-pause=PT0.1S");
            try (RegistryClient client = servers.get(0).client()) {
                Digest blob = client.pushBlob("team/app", Content.bytes("layer"));
                client.get("/v2/team/app/blobs/" + blob);
                Await.until("the dead letter", SOON, () -> figure("registry_events_dead_letters") == 1);
                Await.until("the pull", SOON, () -> other.requests().size() == 1);
                assertThat(other.requests().getFirst().headers().getFirst("ce-type"))
                        .isEqualTo("org.fedoraproject.registry.pull");

                // Positions are written a moment after an endpoint has accepted
                Await.until(
                        "the table of the endpoints",
                        SOON,
                        () -> TABLE.matcher(events()).find());
                assertThat(events("--show", "ci")).contains("push team/app " + blob + ": it answers 400");

                receiver.answer(200);
                Files.writeString(headers, "X-Token: two\n");
                events("--replay", "ci");
                Await.until("the replay", SOON, () -> receiver.requests().size() == 1);
                Await.until("no dead letter", SOON, () -> figure("registry_events_dead_letters") == 0);
                assertThat(receiver.requests().getFirst().headers().getFirst("X-Token"))
                        .isEqualTo("two");

                RegistryClient.require(202, client.send("DELETE", "/v2/team/app/blobs/" + blob));
                Await.until("the delete", SOON, () -> other.requests().size() == 2);
                assertThat(other.requests().getLast().headers().getFirst("ce-subject"))
                        .isEqualTo("team/app@" + blob);

                assertThatMistakeIsNamedAndChangesNothing(client, other);
            }
        }
    }

    private void assertThatMistakeIsNamedAndChangesNothing(RegistryClient client, EventReceiver other)
            throws Exception {
        String before = Files.readString(file);
        Files.writeString(file, before.replace("\"headerFile\"", "\"headersFile\""));
        Await.until(
                "the mistake is named",
                SOON,
                () -> Files.readString(servers.get(0).log())
                        .contains("endpoints[0].headersFile: there is no such field; the previous content stays"));
        Digest blob = client.pushBlob("team/app", Content.bytes("another layer"));
        RegistryClient.require(202, client.send("DELETE", "/v2/team/app/blobs/" + blob));
        Await.until("the delete", SOON, () -> other.requests().size() == 3);
    }

    /** Of the instance that delivers. */
    private int figure(String name) throws Exception {
        int most = 0;
        for (ServerProcess each : servers) {
            most = Math.max(most, each.figure(name, "endpoint=\"ci\""));
        }
        return most;
    }

    private String events(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of("ops/events").toAbsolutePath().toString(),
                work.resolve("root").toString()));
        line.addAll(List.of(arguments));
        Command.Result result = new Command(work, Map.of(), line).attempt();
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isLessThan(2);
        return result.out();
    }
}
