package org.fedoraproject.registry.events;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.repository.Blobs;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.repository.Uploads;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Await;
import org.fedoraproject.registry.testing.Content;
import org.fedoraproject.registry.testing.EventReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivery from real files to real servers. */
class DeliveryTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MANY = 200;
    private static final RepositoryName NAME = RepositoryName.parse("team/app");
    private static final Origin ALICE = new Origin(
            "alice", "r-1", "192.0.2.1", "registry.example.org", "PUT", "podman", "https://registry.example.org");

    @TempDir
    Path work;

    private Path root;
    private Path file;
    private EventReceiver receiver;
    private final List<Instance> instances = new ArrayList<>();

    /** What one server has. */
    private final class Instance implements AutoCloseable {
        private final Stores stores = new Stores(root);
        private final EventFiles files = stores.eventFiles();
        private final Mailbox mailbox = new Mailbox();
        private final Events events;
        private final Delivery delivery;
        private final Sender sender = new Sender();
        private final Thread thread;
        private volatile boolean running = true;

        private Instance(EventsConfig config) {
            events = new Events(config, files, mailbox);
            Abandoned abandoned = new Abandoned(files, events, stores.tags(), stores.links());
            delivery =
                    new Delivery(config, events, files, sender, mailbox, new Keeper(files, events, config, abandoned));
            events.reload();
            thread = Thread.ofPlatform().start(this::deliver);
            instances.add(this);
        }

        private void deliver() {
            while (running) {
                try {
                    delivery.run();
                } catch (RegistryException e) {
                    Thread.onSpinWait(); // as a duty, it goes on
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private Manifests manifests() {
            return new Manifests(
                    stores.blobs(),
                    stores.links(),
                    stores.tags(),
                    stores.referrers(),
                    deleted -> {},
                    TestQuotas.none(),
                    events);
        }

        /** As {@code kill -9} does: nothing is saved, and no claim released; only the time shows that it is dead. */
        private void kill() throws InterruptedException {
            running = false;
            thread.interrupt();
            thread.join();
        }

        @Override
        public void close() throws InterruptedException {
            running = false;
            delivery.stop(this);
            thread.join();
            sender.stop();
        }
    }

    @BeforeEach
    void open() throws IOException {
        root = work.resolve("root");
        file = work.resolve("endpoints");
        receiver = new EventReceiver();
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Instance each : instances) {
            each.close();
        }
        receiver.close();
    }

    private static EventsConfig config(Path file, Duration giveUpAfter) {
        return new EventsConfig(Optional.of(file.toString()), 1000, giveUpAfter, 3, Duration.ofMillis(10));
    }

    private Instance start(String... endpoints) throws IOException {
        write(endpoints);
        return new Instance(config(file, Duration.ofHours(1)));
    }

    private void write(String... endpoints) throws IOException {
        Files.writeString(file, "{\"endpoints\": [" + String.join(",", endpoints) + "]}");
    }

    private static String endpoint(String name, String url, String more) {
        return "{\"name\": \"" + name + "\", \"url\": \"" + url + "\", \"timeout\": \"PT1S\"" + more + "}";
    }

    private static RegistryEvent push(int number) {
        return push(NAME, number);
    }

    private static RegistryEvent push(RepositoryName name, int number) {
        return RegistryEvent.blobPushed(name, Digest.of(Content.bytes("blob " + number)), number, ALICE);
    }

    /** The sizes tell the events apart. */
    private static List<Integer> sizes(EventReceiver from) {
        return from.requests().stream()
                .flatMap(request -> request.events().stream())
                .map(event -> event.getJsonObject("target").getInt("size"))
                .toList();
    }

    private static List<Integer> upTo(int last) {
        return Stream.iterate(1, number -> number + 1).limit(last).toList();
    }

    private static void await(String what, Await.Condition condition) {
        Await.until(what, SOON, condition);
    }

    private Path dead(String endpoint) {
        return root.resolve(".queues/events/endpoints/" + endpoint + "/dead");
    }

    private static int count(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? 0 : names.length;
    }

    /** The entries of the queue; a walk over them would fail where one is deleted meanwhile. */
    private int waiting() {
        Path lanes = root.resolve(".queues/events/lanes");
        return IntStream.range(0, 16)
                .mapToObj(lane -> lanes.resolve(Integer.toString(lane)))
                .mapToInt(lane -> count(lane) - (Files.exists(lane.resolve("floors")) ? 1 : 0))
                .sum();
    }

    @Test
    void eventsArriveInOrderAndAreDeletedThen() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ""));

        for (int i = 1; i <= 30; i++) {
            one.events.tell(push(i));
        }

        await("all", () -> sizes(receiver).size() == 30);
        assertThat(sizes(receiver)).isEqualTo(upTo(30));
        assertThat(receiver.requests()).hasSize(30);
        await("they are deleted", () -> waiting() == 0);
        assertThat(one.delivery.figures("ci").delivered()).isEqualTo(30);
        assertThat(one.delivery.figures("ci").failures()).isZero();
        await("no lag", () -> one.delivery.figures("ci").waiting() == 0);
        assertThat(one.delivery.figures("ci").lag()).isZero();
    }

    @Test
    void eventsOfOtherInstancesArriveToo() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ", \"batch\": 100"));
        Instance two = new Instance(config(file, Duration.ofHours(1)));

        for (int i = 1; i <= 40; i++) {
            (i % 2 == 0 ? one : two).events.tell(push(i));
        }

        await("all", () -> sizes(receiver).size() == 40);
        assertThat(sizes(receiver)).isEqualTo(upTo(40));
    }

    @Test
    void withoutAWishNothingIsWritten() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ", \"repositories\": [\"other/*\"]"));

        one.events.tell(push(1));
        one.events.tellPull(RegistryEvent.blobPulled(NAME, Digest.of(Content.bytes("x")), 1, ALICE));

        assertThat(one.events.mayWant(EventAction.PUSH, NAME)).isFalse();
        assertThat(root.resolve(".queues/events/lanes")).doesNotExist();
    }

    @Test
    void withoutEndpointsTheShareIsNotTouched() throws Exception {
        Events none = new Events(
                new EventsConfig(Optional.empty(), 1000, Duration.ofHours(1), 3, Duration.ofSeconds(1)),
                new Stores(root).eventFiles(),
                new Mailbox());

        none.tell(push(1));
        none.announce(push(2)).done();

        assertThat(root.resolve(".queues")).doesNotExist();
    }

    @Test
    void endpointThatComesBackGetsAllInOrder() throws Exception {
        receiver.answer(500);
        Instance one = start(endpoint("ci", receiver.url(), ", \"batch\": 7"));

        for (int i = 1; i <= 20; i++) {
            one.events.tell(push(i));
        }
        await("some tries", () -> receiver.refused() >= 3);
        await("all are known", () -> one.delivery.figures("ci").waiting() == 20);
        assertThat(one.delivery.figures("ci").lag()).isPositive();
        receiver.answer(204);

        await("all", () -> sizes(receiver).size() == 20);
        assertThat(sizes(receiver)).isEqualTo(upTo(20));
        assertThat(one.delivery.figures("ci").failures()).isGreaterThanOrEqualTo(3);
    }

    /** For each of the 16 lanes, two entries of a hundred events. */
    private static void tellMany(Events events) {
        String agent = "x".repeat(1000);
        Origin origin = new Origin("alice", "r", "192.0.2.1", "host", "PUT", agent, "https://host");
        for (int first = 1; first <= MANY; first += MANY / 2) {
            for (int lane = 0; lane < 16; lane++) {
                RepositoryName name = RepositoryName.parse("r" + (char) ('a' + lane));
                events.tell(IntStream.range(first, first + MANY / 2)
                        .mapToObj(size -> RegistryEvent.blobPushed(name, Digest.of(Content.bytes("x")), size, origin))
                        .toList());
            }
        }
    }

    @Test
    void eventsThatWaitForDeadEndpointsTakeABoundedPartOfTheHeap() throws Exception {
        receiver.answer(500);
        try (EventReceiver hangs = new EventReceiver();
                EventReceiver works = new EventReceiver()) {
            hangs.hang();
            String more = ", \"batch\": 1000";
            Instance one = start(
                    endpoint("fails", receiver.url(), more),
                    endpoint("hangs", hangs.url(), more),
                    endpoint("works", works.url(), more));

            one.kill();
            tellMany(one.events);
            ageClaims();
            Instance two = new Instance(config(file, Duration.ofHours(1)));

            await("the one that works has all", () -> sizes(works).size() == 16 * MANY);
            await("the others were tried", () -> receiver.refused() >= 20 && hangs.refused() >= 8);
            assertThat(two.delivery.heap().most()).isBetween(3_000_000L, 5_000_000L);
            receiver.answer(200);
            hangs.answer(200);
            await(
                    "all have all",
                    () -> sizes(receiver).size() >= 16 * MANY && sizes(hangs).size() >= 16 * MANY);
            for (EventReceiver each : List.of(receiver, hangs, works)) {
                assertThat(inLanes(each))
                        .allSatisfy((name, sizes) -> assertThat(sizes).as(name).isEqualTo(upTo(MANY)));
            }
            await("nothing is left", () -> two.delivery.heap().characters() == 0);
            assertThat(two.delivery.heap().most()).isLessThan(5_000_000);
        }
    }

    private static Map<String, List<Integer>> inLanes(EventReceiver from) {
        return from.requests().stream()
                .flatMap(request -> request.events().stream())
                .map(event -> event.getJsonObject("target"))
                .collect(groupingBy(
                        target -> target.getString("repository"), mapping(target -> target.getInt("size"), toList())));
    }

    /** What was accepted of an entry is not sent again when the rest of it has waited. */
    @Test
    void restOfAnEntryIsReadAgainAfterAFailure() throws Exception {
        receiver.refuse("\"size\":3,");
        write(endpoint("ci", receiver.url(), ""));
        Instance one = new Instance(new EventsConfig(
                Optional.of(file.toString()), 1000, Duration.ofHours(1), 1_000_000, Duration.ofMillis(10)));

        one.events.tell(List.of(push(1), push(2), push(3), push(4)));
        await("two, and refusals", () -> receiver.refused() >= 3);
        receiver.refuse("");

        await("all", () -> sizes(receiver).size() == 4);
        assertThat(sizes(receiver)).isEqualTo(upTo(4));
        await("nothing is left", () -> one.delivery.heap().characters() == 0);
    }

    @Test
    void endpointThatHangsKeepsNoOtherFromItsEvents() throws Exception {
        receiver.hang();
        try (EventReceiver other = new EventReceiver()) {
            Instance one = start(endpoint("hangs", receiver.url(), ""), endpoint("works", other.url(), ""));

            for (int i = 1; i <= 10; i++) {
                one.events.tell(push(i));
            }
            await("the other has all", () -> sizes(other).size() == 10);
            await("the first hangs", () -> receiver.refused() >= 2);
            receiver.answer(200);

            await("all", () -> sizes(receiver).size() == 10);
            assertThat(sizes(receiver)).isEqualTo(upTo(10));
        }
    }

    @Test
    void refusedEventBecomesADeadLetterAndTheOthersGoOn() throws Exception {
        receiver.answer(400);
        Instance one = start(endpoint("ci", receiver.url(), ""));

        one.events.tell(push(1));
        one.events.tell(push(2));
        await("both are given up", () -> count(dead("ci")) == 2);
        receiver.answer(200);
        one.events.tell(push(3));

        await("the next", () -> sizes(receiver).equals(List.of(3)));
        assertThat(receiver.refused()).as("the second has one try").isEqualTo(4);
        assertThat(one.delivery.figures("ci").dead()).isEqualTo(2);
        await("the queue is empty", () -> waiting() == 0);

        Files.createFile(root.resolve(".queues/events/endpoints/ci/replay"));
        await("the replay", () -> sizes(receiver).equals(List.of(3, 1, 2)));
        await("its end", () -> !Files.exists(root.resolve(".queues/events/endpoints/ci/replay")));
        assertThat(dead("ci")).isEmptyDirectory();
        assertThat(one.delivery.figures("ci").dead()).isZero();
    }

    @Test
    void oneBadEventOfABatchDoesNotTakeTheOthersWithIt() throws Exception {
        receiver.refuse("\"size\":3,");
        Instance one = start(endpoint("ci", receiver.url(), ", \"batch\": 5"));
        receiver.answer(500);
        for (int i = 1; i <= 10; i++) {
            one.events.tell(push(i));
        }
        await("all wait", () -> one.delivery.figures("ci").waiting() == 10);
        receiver.answer(200);

        await("the others", () -> sizes(receiver).size() == 9);
        assertThat(sizes(receiver)).isEqualTo(List.of(1, 2, 4, 5, 6, 7, 8, 9, 10));
        assertThat(count(dead("ci"))).isEqualTo(1);
    }

    @Test
    void eventThatIsTooOldIsGivenUpWhileTheEndpointFails() throws Exception {
        receiver.answer(503);
        write(endpoint("ci", receiver.url(), ""));
        Instance one = new Instance(config(file, Duration.ofMillis(500)));

        one.events.tell(push(1));

        await("it is given up", () -> count(dead("ci")) == 1);
        String letter = Files.readString(dead("ci").resolve(dead("ci").toFile().list()[0]));
        assertThat(letter).contains("\"endpoint\":\"ci\"", "\"reason\":\"it answers 503\"", "\"size\":1,");
        Files.createFile(root.resolve(".queues/events/endpoints/ci/discard"));
        await("it is deleted", () -> count(dead("ci")) == 0);
        assertThat(receiver.requests()).isEmpty();
    }

    /** As if their instance had been dead for a minute. */
    private void ageClaims() throws IOException {
        Path events = root.resolve(".queues/events");
        List<Path> claims = new ArrayList<>(List.of(events.resolve("claim")));
        for (String endpoint :
                Objects.requireNonNull(events.resolve("endpoints").toFile().list())) {
            claims.add(events.resolve("endpoints/" + endpoint + "/claim"));
        }
        for (Path claim : claims) {
            if (Files.exists(claim)) { // or it was not taken yet
                Files.setLastModifiedTime(claim, FileTime.from(Instant.now().minusSeconds(61)));
            }
        }
    }

    @Test
    void successorGoesOnWhereADeadInstanceWas() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ""));
        for (int i = 1; i <= 10; i++) {
            one.events.tell(push(i));
        }
        await("the first", () -> sizes(receiver).size() == 10);
        one.kill();
        for (int i = 11; i <= 20; i++) {
            one.events.tell(push(i));
        }
        ageClaims();
        new Instance(config(file, Duration.ofHours(1)));

        await("all", () -> sizes(receiver).contains(20));
        assertThat(sizes(receiver).stream().distinct().toList()).isEqualTo(upTo(20));
        await("they are deleted", () -> waiting() == 0);
    }

    @Test
    void newEndpointBeginsWithWhatHappensThen() throws Exception {
        try (EventReceiver other = new EventReceiver()) {
            Instance one = start(endpoint("ci", receiver.url(), ""));
            one.events.tell(push(1));

            write(endpoint("ci", receiver.url(), ""), endpoint("new", other.url(), ""));
            await("it is taken up", () -> one.events.endpoints().all().size() == 2);
            one.events.tell(push(2));

            await("both", () -> sizes(receiver).equals(List.of(1, 2)));
            await("the second", () -> sizes(other).equals(List.of(2)));
        }
    }

    @Test
    void fileWithAMistakeChangesNothing() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ""));
        Files.writeString(file, "{\"endpoints\": [{\"name\": \"ci\"}]}");
        await("it is seen", () -> !one.events.isCurrent());

        one.events.tell(push(1));

        await("the event", () -> sizes(receiver).equals(List.of(1)));
        assertThatThrownBy(() -> new Events(config(file, Duration.ofHours(1)), one.files, one.mailbox))
                .hasMessage("registry.events.endpoints: " + file + ": line 1: endpoints[0]: url: is missing");
    }

    @Test
    void tooManyEntriesAreDeletedTheOldestFirst() throws Exception {
        receiver.answer(500);
        Instance one = start(endpoint("ci", receiver.url(), ", \"batch\": 100"));
        for (int i = 1; i <= 1010; i++) {
            one.events.tell(push(i));
        }

        await("some are deleted", () -> waiting() == 1000);
        assertThat(one.delivery.dropped()).isEqualTo(10);
        one.kill();
        ageClaims();
        Instance two = new Instance(config(file, Duration.ofHours(1)));
        await("the successor knows them", () -> two.delivery.figures("ci").waiting() >= 1000);
        Thread.sleep(4500); // it has looked twice
        assertThat(two.delivery.dropped()).as("no more than once").isZero();
        receiver.answer(200);
        await("the rest", () -> sizes(receiver).contains(1010));
        assertThat(sizes(receiver)).contains(11);
    }

    @Test
    void logSaysOnceThatAnEndpointFailsAndOnceThatItWorksAgain() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord each) {
                if (each.getLevel().intValue() >= Level.INFO.intValue()) {
                    lines.add(each.getLevel() + " " + each.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(Deliverer.class.getName());
        log.addHandler(handler);
        try {
            receiver.answer(503);
            Instance one = start(endpoint("ci", receiver.url(), ""));
            one.events.tell(push(1));
            await("some tries", () -> receiver.refused() >= 4);
            receiver.answer(200);
            await("the event", () -> sizes(receiver).equals(List.of(1)));
            one.events.tell(push(2));
            await("the next", () -> one.delivery.figures("ci").delivered() == 2);
        } finally {
            log.removeHandler(handler);
        }

        assertThat(lines)
                .containsExactly(
                        "WARN The endpoint ci of events fails, and will be tried again: it answers 503",
                        "INFO The endpoint ci of events takes them again");
    }

    @Test
    void damagedPositionsOfOneEndpointKeepNoOtherFromItsEvents() throws Exception {
        Path positions = root.resolve(".queues/events/endpoints/bad/positions");
        Files.createDirectories(positions.getParent());
        Files.writeString(positions, "x");
        Instance one = start(endpoint("bad", receiver.url(), ""), endpoint("ci", receiver.url(), ""));

        one.events.tell(push(1));

        await("the event", () -> sizes(receiver).equals(List.of(1)));
        assertThatThrownBy(() -> one.files.readPositions("bad"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(positions.toString());
    }

    @Test
    void requestThatCannotBeMadeFails() throws Exception {
        Endpoint good = EndpointsReader.read("{\"endpoints\": [" + endpoint("ci", receiver.url(), "") + "]}")
                .all()
                .getFirst();
        Endpoint bad = new Endpoint(
                "ci",
                URI.create("http://127.0.0.1:99999/"),
                good.format(),
                good.filter(),
                Optional.empty(),
                Optional.empty(),
                good.timeout(),
                1);
        List<Sender.Outcome> outcomes = new CopyOnWriteArrayList<>();
        Sender sender = new Sender();

        sender.send(bad, List.of(), outcomes::add);

        await("the outcome", () -> outcomes.size() == 1);
        sender.send(good, Collections.singletonList(null), outcomes::add); // as damage would
        assertThat(outcomes).hasExactlyElementsOfTypes(Sender.Outcome.Failed.class, Sender.Outcome.Failed.class);
        sender.stop();
    }

    @Test
    void eventThatIsTooOldIsGivenUpWhenItIsRefused() throws Exception {
        receiver.answer(400);
        write(endpoint("ci", receiver.url(), ""));
        Instance one = new Instance(
                new EventsConfig(Optional.of(file.toString()), 1000, Duration.ofMillis(1), 1000, Duration.ofHours(1)));

        one.events.tell(push(1));

        await("it is given up", () -> count(dead("ci")) == 1);
    }

    @Test
    void pullsThatTheShareDoesNotTakeAreCounted() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ", \"actions\": [\"pull\"], \"pullSample\": 1"));
        await("it runs", () -> Files.exists(root.resolve(".queues/events/claim")));
        Files.writeString(root.resolve(".queues/events/lanes"), "no directory");

        one.events.tellPull(RegistryEvent.blobPulled(NAME, Digest.of(Content.bytes("x")), 1, ALICE));

        await("it is counted", () -> one.events.lostPulls() == 1);
        Files.delete(root.resolve(".queues/events/lanes"));
        one.events.tellPull(RegistryEvent.blobPulled(NAME, Digest.of(Content.bytes("x")), 2, ALICE));
        await("the next", () -> sizes(receiver).equals(List.of(2)));
    }

    /** As when a run waits for a share that hangs. */
    @Test
    void stopWaitsForNoRunThatHangs() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ""));
        one.kill();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread run = Thread.ofPlatform().start(() -> {
            synchronized (one.delivery) {
                held.countDown();
                Await.until("the stop", SOON, () -> stopped.getCount() == 0);
            }
        });
        held.await();

        one.delivery.stop(this);

        assertThat(run.isAlive()).isTrue();
        stopped.countDown();
        run.join();
    }

    @Test
    void signatureAndHeadersAreSent() throws Exception {
        Path key = Files.writeString(work.resolve("key"), "the key\n");
        Path headers = Files.writeString(work.resolve("headers"), "Authorization: Bearer xyz\n");
        Instance one = start(endpoint(
                "ci", receiver.url(), ", \"signatureKeyFile\": \"" + key + "\", \"headerFile\": \"" + headers + "\""));

        one.events.tell(push(1));

        await("the event", () -> receiver.requests().size() == 1);
        EventReceiver.Request request = receiver.requests().getFirst();
        assertThat(request.headers().getFirst("Content-Type"))
                .isEqualTo("application/vnd.docker.distribution.events.v2+json");
        assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer xyz");
        assertThat(request.headers().getFirst(Sender.SIGNATURE))
                .isEqualTo(Sender.signature("the key", Content.bytes(request.body())));
    }

    @Test
    void useCasesTellWhatTheyDo() throws Exception {
        Instance one = start(endpoint(
                "ci",
                receiver.url(),
                ", \"actions\": [\"push\", \"mount\", \"delete\", \"tag\", \"pull\"], \"pullSample\": 1"));
        Uploads uploads = new Uploads(
                one.stores.uploads(), one.stores.links(), one.stores.blobs(), TestQuotas.none(), one.events);
        byte[] layer = Content.bytes("layer");
        uploads.put(NAME, Digest.of(layer), 0, new ByteArrayInputStream(layer), ALICE);
        uploads.mount(RepositoryName.parse("other"), Digest.of(layer), NAME, ALICE);
        var image = Content.image(Digest.of(layer));
        var index = Content.index(image.digest());
        Manifests manifests = one.manifests();
        Tag tag = Tag.parse("v1");
        manifests.put(NAME, tag, List.of(), image, any -> false, any -> true, ALICE);
        manifests.put(NAME, tag, List.of(), image, any -> false, any -> true, ALICE);
        manifests.put(NAME, index.digest(), List.of(tag, Tag.parse("v2")), index, any -> false, any -> true, ALICE);
        manifests.delete(NAME, Tag.parse("v2"), ALICE);
        manifests.delete(NAME, index.digest(), ALICE);
        assertThatThrownBy(() -> manifests.delete(NAME, index.digest(), ALICE)).isInstanceOf(RegistryException.class);
        new Blobs(one.stores.blobs(), one.stores.links(), deleted -> {}, one.events)
                .delete(NAME, Digest.of(layer), ALICE);
        one.events.tellPull(RegistryEvent.blobPulled(NAME, Digest.of(layer), 5, ALICE));

        await("all", () -> receiver.requests().size() == 15);
        assertThat(receiver.requests().stream()
                        .flatMap(request -> request.events().stream())
                        .filter(event -> event.getJsonObject("target")
                                .getString("repository")
                                .equals(NAME.value()))
                        .map(DeliveryTest::inShort))
                .containsExactly(
                        "push layer",
                        "push image v1",
                        "tag image v1",
                        "push image v1",
                        "tag image v1 before image",
                        "push index v1",
                        "tag index v1 before image",
                        "push index v2",
                        "tag index v2",
                        "delete v2",
                        "delete v1",
                        "delete index",
                        "delete layer",
                        "pull layer");
        assertThat(root.resolve(".queues/events/announced")).isEmptyDirectory();
    }

    private static String inShort(JsonObject event) {
        JsonObject target = event.getJsonObject("target");
        List<String> words = new ArrayList<>(List.of(event.getString("action")));
        Digest layer = Digest.of(Content.bytes("layer"));
        Digest image = Content.image(layer).digest();
        for (String field : List.of("digest", "tag", "previousDigest")) {
            String value = target.getString(field, "")
                    .replace(layer.toString(), "layer")
                    .replace(image.toString(), "image")
                    .replace(Content.index(image).digest().toString(), "index");
            words.add(field.equals("previousDigest") && !value.isEmpty() ? "before " + value : value);
        }
        words.removeIf(String::isEmpty);
        assertThat(event.getJsonObject("actor").getString("name")).isEqualTo("alice");
        return String.join(" ", words);
    }

    /** Nobody deletes the same thing a second time, so this must not depend on the instance living on. */
    @Test
    void deleteOfAnInstanceThatWasKilledIsToldByAnother() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ""));
        await("it runs", () -> Files.exists(root.resolve(".queues/events/claim")));
        one.events.announce(push(1));
        Path announced = root.resolve(".queues/events/announced");
        Path left = announced.resolve(announced.toFile().list()[0]);
        assertThat(sizes(receiver)).isEmpty();

        Files.writeString(left, Files.readString(left).replaceFirst(" \\d+ \\d+\n", " 1999999999 1\n"));

        await("it is told", () -> sizes(receiver).equals(List.of(1)));
        await("and forgotten", () -> count(announced) == 0);
    }

    /** A push without its event must not be answered as if all were well. */
    @Test
    void pushFailsIfItsEventCannotBeKept() throws Exception {
        Instance one = start(endpoint("ci", receiver.url(), ""));
        await("it runs", () -> Files.exists(root.resolve(".queues/events/claim")));
        Files.writeString(root.resolve(".queues/events/lanes"), "no directory");

        assertThatThrownBy(() -> one.manifests()
                        .put(NAME, Tag.parse("v1"), List.of(), Content.index(), any -> false, any -> true, ALICE))
                .isInstanceOf(RegistryException.class);
        Files.delete(root.resolve(".queues/events/lanes"));
        one.manifests().put(NAME, Tag.parse("v1"), List.of(), Content.index(), any -> false, any -> true, ALICE);

        await("the second try", () -> receiver.requests().size() == 1);
    }
}
