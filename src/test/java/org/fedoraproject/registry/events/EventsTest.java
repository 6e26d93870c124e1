package org.fedoraproject.registry.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.OrderedQueue;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.CallStack;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the queue after something has failed. */
class EventsTest {
    private static final RepositoryName NAME = RepositoryName.parse("team/app");
    private static final Manifest INDEX = Content.index();
    private static final Tag V1 = Tag.parse("v1");
    private static final int MANY = 250;

    @TempDir
    Path work;

    private Path root;
    private volatile BooleanSupplier fails = () -> false;
    private volatile Supplier<RegistryException> failure =
            () -> RegistryException.unavailable(Duration.ofSeconds(1), null);
    private Stores stores;
    private EventFiles files;
    private Events events;
    private Manifests manifests;

    @BeforeEach
    void open() throws IOException {
        root = work.resolve("root");
        Path endpoints = Files.writeString(work.resolve("endpoints"), """
                {"endpoints": [{"name": "ci", "url": "http://127.0.0.1:1/", "actions": ["push", "tag", "delete"]}]}""");
        stores = new Stores(root, new Steps() {
            @Override
            public void next() {
                if (fails.getAsBoolean()) {
                    throw failure.get();
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });
        files = stores.eventFiles();
        events = new Events(
                new EventsConfig(
                        Optional.of(endpoints.toString()), 1000, Duration.ofHours(1), 3, Duration.ofSeconds(1)),
                files,
                new Mailbox());
        events.reload();
        manifests = new Manifests(
                stores.blobs(),
                stores.links(),
                stores.tags(),
                stores.referrers(),
                deleted -> {},
                TestQuotas.none(),
                events);
    }

    @Test
    void entryThatIsTooLongIsCutBetweenEvents() {
        String line = "x".repeat(100_000);
        String long300 = "y".repeat(300_000);

        assertThat(Events.parts(line)).containsExactly(line);
        assertThat(Events.parts(String.join("\n", line, line, line, line, line)))
                .containsExactly(line + "\n" + line, line + "\n" + line, line);
        assertThat(Events.parts(String.join("\n", line, long300, line))).containsExactly(line, long300, line);
        assertThat(Events.parts(long300)).containsExactly(long300);
    }

    private void push(Tag... tags) {
        manifests.put(NAME, INDEX.digest(), List.of(tags), INDEX, any -> false, any -> true, Origin.UNKNOWN);
    }

    /** Actions, and tags or digests. */
    private List<String> told() {
        OrderedQueue queue = files.events();
        List<String> told = new ArrayList<>();
        for (int lane = 0; lane < queue.lanes(); lane++) {
            for (long number = 1; number <= queue.last(lane); number++) {
                QueuedEvent.read(queue.get(lane, number).orElseThrow()).stream()
                        .map(EventsTest::inShort)
                        .forEach(told::add);
            }
        }
        return told;
    }

    private static String inShort(QueuedEvent event) {
        String tag = event.target("tag");
        return event.action() + " " + (tag.isEmpty() ? "manifest" : tag);
    }

    private static List<String> deletes(int last) {
        return IntStream.range(0, last).mapToObj(i -> "delete t" + i).toList();
    }

    private Path queue(String name) {
        return root.resolve(".queues/events").resolve(name);
    }

    private static int count(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? 0 : names.length;
    }

    /** As if it had been written long ago. */
    private void ageAnnouncements() throws IOException {
        try (Stream<Path> announced = Files.list(queue("announced"))) {
            for (Path each : announced.toList()) {
                Files.setLastModifiedTime(each, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
            }
        }
    }

    private void tellAbandoned() throws IOException {
        ageAnnouncements();
        new Abandoned(files, events, stores.tags(), stores.links()).tell();
        assertThat(queue("announced")).isEmptyDirectory();
    }

    /** Breaks what the next event is written to. */
    private void breakQueue() throws IOException {
        if (Files.exists(queue("lanes"))) {
            Files.move(queue("lanes"), queue("away"));
        }
        Files.createDirectories(queue("."));
        Files.writeString(queue("lanes"), "no directory");
    }

    private void mendQueue() throws IOException {
        Files.delete(queue("lanes"));
        if (Files.exists(queue("away"))) {
            Files.move(queue("away"), queue("lanes"));
        }
    }

    @Test
    void repeatOfAPushThatFailedAfterItMovedTheTagTellsOfTheTag() throws IOException {
        breakQueue();
        assertThatThrownBy(() -> push(V1)).isInstanceOf(RegistryException.class);
        assertThat(stores.tags().get(NAME, V1)).contains(INDEX.digest());
        mendQueue();

        push(V1);

        assertThat(told()).containsExactly("push v1", "tag v1");
    }

    @Test
    void deleteThatFailsInTheMiddleLosesNoTag() throws IOException {
        push(IntStream.range(0, MANY).mapToObj(i -> Tag.parse("t" + i)).toArray(Tag[]::new));
        Path tags = stores.at("repositories/team/app/_manifests/tags");
        fails = () -> count(tags) <= 130;
        assertThatThrownBy(() -> manifests.delete(NAME, INDEX.digest())).isInstanceOf(RegistryException.class);
        fails = () -> false;
        assertThat(count(tags)).isEqualTo(130);

        manifests.delete(NAME, INDEX.digest());
        tellAbandoned();

        assertThat(told()).containsAll(deletes(MANY)).contains("delete manifest");
    }

    @Test
    void deleteTellsOfItsTagsWhileItGoesOn() {
        push(IntStream.range(0, MANY).mapToObj(i -> Tag.parse("t" + i)).toArray(Tag[]::new));

        manifests.delete(NAME, INDEX.digest());

        List<String> told = told();
        assertThat(told).containsAll(deletes(MANY)).endsWith("delete manifest");
        assertThat(told).hasSize(3 * MANY + 1).doesNotHaveDuplicates();
        assertThat(queue("announced")).isEmptyDirectory();
    }

    @Test
    void deleteWhoseEventsCannotBeKeptTellsOfThemLater() throws IOException {
        push(V1);
        breakQueue();
        assertThatThrownBy(() -> manifests.delete(NAME, INDEX.digest())).isInstanceOf(RegistryException.class);
        assertThat(stores.tags().get(NAME, V1)).isEmpty();
        mendQueue();

        manifests.delete(NAME, INDEX.digest());
        tellAbandoned();

        assertThat(told()).contains("delete v1", "delete manifest");
    }

    @Test
    void announcedDeleteOfWhatIsThereIsNotTold() throws IOException {
        push(V1);
        events.announce(RegistryEvent.untagged(NAME, V1, Origin.UNKNOWN));
        events.announce(RegistryEvent.deleted(NAME, INDEX.digest(), Origin.UNKNOWN));

        tellAbandoned();

        assertThat(told()).containsExactly("push v1", "tag v1");
    }

    @Test
    void announcedDeleteThatWasMadeIsTold() throws IOException {
        push(V1);
        events.announce(List.of(
                RegistryEvent.untagged(NAME, V1, Origin.UNKNOWN),
                RegistryEvent.untagged(NAME, Tag.parse("v2"), Origin.UNKNOWN)));

        tellAbandoned();

        assertThat(told()).containsExactly("push v1", "tag v1", "delete v2");
    }

    @Test
    void deleteThatGoesOnIsNotTakenForAbandoned() throws IOException {
        Events.Announcement announced = events.announce(RegistryEvent.untagged(NAME, V1, Origin.UNKNOWN));
        ageAnnouncements();

        announced.renew(System.nanoTime() + TimeUnit.MINUTES.toNanos(2));

        assertThat(files.abandoned()).isEmpty();
        ageAnnouncements();
        assertThat(files.abandoned()).hasSize(1);
    }

    /** Whether a file of events is being written. */
    private static boolean writesEvent() {
        return CallStack.isIn("Events", "announce") || CallStack.isIn("OrderedQueue", "put");
    }

    @Test
    void fullShareTakesDeletesAndTellsOfThemWhenThereIsRoom() {
        push(V1, Tag.parse("v2"));
        failure = () -> RegistryException.storageFull(null);
        fails = EventsTest::writesEvent;
        manifests.delete(NAME, Tag.parse("v2"));
        manifests.delete(NAME, INDEX.digest());
        assertThatThrownBy(() -> push(V1)).isInstanceOf(RegistryException.class);
        assertThat(told()).hasSize(4);
        fails = () -> false;

        push(V1);

        assertThat(told().subList(4, 9))
                .containsExactly("delete v2", "delete v1", "delete manifest", "push v1", "tag v1");
    }

    @Test
    void whatWaitsForRoomIsToldWithoutAnotherEvent() {
        push(V1);
        failure = () -> RegistryException.storageFull(null);
        fails = EventsTest::writesEvent;
        manifests.delete(NAME, V1);
        assertThatThrownBy(events::flushPulls).isInstanceOf(RegistryException.class);
        fails = () -> false;

        events.flushPulls();
        events.flushPulls();

        assertThat(told()).containsExactly("push v1", "tag v1", "delete v1");
    }
}
