package org.fedoraproject.registry.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.BuildDirectory;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.EventLoad;
import org.fedoraproject.registry.testing.EventReceiver;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.fedoraproject.registry.testing.RegistryClient;
import org.fedoraproject.registry.testing.Reply;
import org.fedoraproject.registry.testing.ServerProcess;
import org.fedoraproject.registry.testing.SmallShare;
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

    private static final String FULL = "full/app";

    private Path work;
    private Path file;
    private final List<ServerProcess> servers = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (ServerProcess server : servers) {
            server.close();
        }
    }

    @Test
    void allEventsArriveInOrderWhateverIsKilled() throws Exception {
        work = BuildDirectory.make("events");
        EventLoad load = new EventLoad(
                EVENTS,
                CLIENTS,
                List.of(() -> servers.get(0).client(), () -> servers.get(1).client()));
        try (EventReceiver receiver = new EventReceiver(load::take)) {
            endpoints("""
                    {"name": "ci", "url": "%s", "actions": ["push", "tag"], "timeout": "PT2S", "batch": 50}""".formatted(receiver.url()));
            start();
            long begin = System.nanoTime();
            load.start();

            load.reach(0.1, SOON);
            receiver.answer(500);
            load.reach(0.2, SOON);
            receiver.hang();
            load.reach(0.3, SOON);
            servers.get(0).kill();
            receiver.answer(200);
            load.reach(0.4, SOON);
            servers.get(0).start();
            load.reach(0.6, SOON);
            servers.get(1).kill();
            receiver.answer(503);
            load.reach(0.7, SOON);
            receiver.answer(204);
            load.join();
            long pushed = System.nanoTime();
            int atEnd = load.size();
            Await.until("all events", SOON, load::isDelivered);

            System.out.printf(
                    "EventsIT: %s; %.0f pushes a second; the last %d events within %.1f s after the last push; %d requests"
                            + " refused or hung%n",
                    load.summary(),
                    load.pushed() / ((pushed - begin) / 1e9),
                    load.size() - atEnd,
                    (System.nanoTime() - pushed) / 1e9,
                    receiver.refused());
            assertThat(load.pushed()).isEqualTo(EVENTS / 2);
            assertThat(load.disorder()).isEmpty();
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

    /** The room ends at each step of a push in turn: at the manifest, its link, the tag, the event. */
    @Test
    @NeedsCommand("mount")
    void shareThatIsFullRefusesPushesAndDeliversTheirEventsOnceThereIsRoom() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")) || "true".equals(System.getenv("CI")),
                "a mount needs root");
        work = BuildDirectory.make("events-full");
        try (SmallShare share = new SmallShare(work.resolve("root"), "4m");
                EventReceiver receiver = new EventReceiver()) {
            receiver.answer(503);
            endpoints("""
                    {"name": "ci", "url": "%s", "actions": ["push"]}""".formatted(receiver.url()));
            servers.add(new ServerProcess(
                    work.resolve("one"),
                    work.resolve("root"),
                    "-Dregistry.events.endpoints=" + file,
                    "-Dregistry.events.retry-pause=PT0.1S"));
            try (RegistryClient client = servers.getFirst().client()) {
                client.pushManifest(FULL, "old", EventLoad.image("old"));
                Await.until("the first try", SOON, () -> receiver.refused() > 0);

                int refused = refuseAll(client, share);
                assertThat(refused).as("steps").isBetween(4, 20);
                share.leave(0);
                receiver.answer(200);
                Await.until("the old event", SOON, () -> tags(receiver).contains("old"));
                RegistryClient.require(200, client.get("/v2/" + FULL + "/manifests/old"));
                RegistryClient.require(507, push(client, refused + 1));

                share.empty();
                List<String> pushed = new ArrayList<>(List.of("old"));
                for (int i = 0; i <= refused + 1; i++) {
                    int number = i;
                    if (number != refused) {
                        Await.until("the push", SOON, () -> push(client, number).statusCode() == 201);
                    }
                    pushed.add("new-" + number);
                }
                Await.until("all events", SOON, () -> tags(receiver).size() >= pushed.size() && waiting() == 0);
                assertThat(tags(receiver)).containsExactlyInAnyOrderElementsOf(pushed);
                List<String> listed =
                        Reply.of(client.get("/v2/" + FULL + "/tags/list")).strings("tags");
                assertThat(listed).containsExactlyInAnyOrderElementsOf(pushed);
                for (String tag : listed) {
                    RegistryClient.require(200, client.get("/v2/" + FULL + "/manifests/" + tag));
                }
            }
        }
    }

    /** Pushes with ever more room; returns how many pushes were refused before one fitted. */
    private static int refuseAll(RegistryClient client, SmallShare share) throws Exception {
        List<String> refusals = new ArrayList<>();
        for (int pages = 0; ; pages++) {
            share.leave(pages);
            HttpResponse<byte[]> answer = push(client, pages);
            HttpResponse<byte[]> seen = client.get("/v2/" + FULL + "/manifests/new-" + pages);
            if (answer.statusCode() == 201) {
                assertThat(refusals).anyMatch(text -> text.contains("no room for the event of this request"));
                return pages;
            }
            Reply refusal = Reply.of(answer);
            assertThat(refusal.status())
                    .as("%d pages are free: %s", pages, refusal.text())
                    .isEqualTo(507);
            assertThat(refusal.text()).startsWith("{\"errors\":[{\"code\":\"STORAGE_FULL\"");
            refusals.add(refusal.text());
            // where only the event is missing, the image is there as a whole
            assertThat(seen.statusCode()).isIn(200, 404);
            if (seen.statusCode() == 200) {
                assertThat(seen.body())
                        .isEqualTo(EventLoad.image("new-" + pages).bytes());
            }
            RegistryClient.require(200, client.get("/v2/" + FULL + "/manifests/old"));
        }
    }

    private static HttpResponse<byte[]> push(RegistryClient client, int number) throws Exception {
        Manifest image = EventLoad.image("new-" + number);
        return client.send(
                "PUT",
                "/v2/" + FULL + "/manifests/new-" + number,
                BodyPublishers.ofByteArray(image.bytes()),
                "Content-Type",
                image.mediaType().value());
    }

    /** Of the events that have arrived. */
    private static List<String> tags(EventReceiver receiver) {
        return receiver.requests().stream()
                .flatMap(request -> request.events().stream())
                .map(event -> event.getJsonObject("target").getString("tag"))
                .toList();
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
