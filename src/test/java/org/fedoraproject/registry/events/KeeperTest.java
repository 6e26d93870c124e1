package org.fedoraproject.registry.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.CallStack;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.NeedsCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
    private static final int LANE = 3;
    private static final long MAX_ENTRIES = 10;

    @TempDir
    Path work;

    private Path root;
    private Path endpoints;
    private EventFiles files;
    private Keeper keeper;
    private long now = System.nanoTime();

    /** The endpoint ci is in our file, and other in that of another instance only. */
    @BeforeEach
    void open() throws IOException {
        open(Steps.NONE);
    }

    private void open(Steps steps) throws IOException {
        root = work.resolve("root");
        endpoints = root.resolve(".queues/events/endpoints");
        Path file = Files.writeString(
                work.resolve("endpoints"), "{\"endpoints\": [{\"name\": \"ci\", \"url\": \"http://127.0.0.1:1/\"}]}");
        Stores stores = new Stores(root, steps);
        files = stores.eventFiles();
        EventsConfig config = new EventsConfig(
                Optional.of(file.toString()), MAX_ENTRIES, Duration.ofHours(1), 3, Duration.ofSeconds(1));
        Events events = new Events(config, files, new Mailbox());
        events.reload();
        files.begin("other");
        keeper = new Keeper(files, events, config, new Abandoned(files, events, stores.tags(), stores.links()));
    }

    private void run(Duration later) {
        now += later.toNanos();
        keeper.run(now);
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            run(Duration.ofSeconds(3));
        }
    }

    private void put(int entries) {
        for (int i = 0; i < entries; i++) {
            files.events().put(LANE, "entry");
        }
    }

    private void pass(String endpoint, long number) {
        long[] positions = new long[files.events().lanes()];
        positions[LANE] = number;
        files.putPositions(endpoint, positions);
    }

    private void putDead(String endpoint, int first, int last) {
        for (int i = first; i <= last; i++) {
            files.putDead(endpoint, "%02d-%018d-%03d".formatted(LANE, i, 0), "{}");
        }
    }

    private long entries() {
        String[] names = root.resolve(".queues/events/lanes/" + LANE).toFile().list();
        return names == null
                ? 0
                : Arrays.stream(names).filter(name -> !name.equals("floors")).count();
    }

    @Test
    void whatAllEndpointsHaveIsDeleted() {
        put(5);
        pass("ci", 5);
        pass("other", 3);

        look(3);

        assertThat(entries()).isEqualTo(2);
        assertThat(files.events().floor(LANE)).isEqualTo(3);
    }

    /** NFS reads a directory page by page. */
    @Test
    void listingThatLeavesOutAnEndpointDeletesNothing() throws IOException {
        put(5);
        pass("ci", 5);
        pass("other", 0);
        Files.move(endpoints.resolve("other"), work.resolve("hidden"));
        look(1);
        Files.move(work.resolve("hidden"), endpoints.resolve("other"));

        look(3);

        assertThat(entries()).isEqualTo(5);
        pass("other", 5);
        look(2);
        assertThat(entries()).isZero();
    }

    @Test
    void nothingIsDeletedWhileAnEndpointOfOurFileIsNotListed() throws IOException {
        put(5);
        pass("other", 5);
        Files.move(endpoints.resolve("ci"), work.resolve("hidden"));

        look(3);

        assertThat(entries()).isEqualTo(5);
    }

    @Test
    void nothingIsDeletedWhilePositionsAreNotReadable() throws IOException {
        put(5);
        pass("ci", 5);
        Files.writeString(endpoints.resolve("other/positions"), "garbled");

        look(3);

        assertThat(entries()).isEqualTo(5);
    }

    /** Such as where the files that said so were lost. */
    @Test
    void numberThatAReaderHasPassedIsNotGiven() {
        pass("ci", 10);

        EventFiles elsewhere = new Stores(root).eventFiles();
        elsewhere.begin("ci");

        assertThat(elsewhere.events().put(LANE, "entry")).isEqualTo(11);
    }

    @Test
    void endpointThatIsInNoFileIsForgottenButNotItsDeadLetters() throws IOException {
        put(5);
        pass("ci", 5);
        putDead("other", 1, 3);
        Files.setLastModifiedTime(
                endpoints.resolve("other/positions"),
                FileTime.from(Instant.now().minus(Duration.ofHours(25))));

        run(Duration.ofMinutes(6));
        look(2);

        assertThat(entries()).isZero();
        assertThat(files.countDead("other")).isEqualTo(3);
        Files.createFile(endpoints.resolve("other/discard"));
        look(1);
        assertThat(endpoints.resolve("other")).doesNotExist();
        files.begin("other");
        assertThat(files.positions("other").orElseThrow()[LANE])
                .as("it begins anew")
                .isEqualTo(5);
    }

    @Test
    void forgottenEndpointThatComesBackCountsAgain() throws IOException {
        putDead("other", 1, 3);
        files.forget("other");
        files.begin("other");
        put(5);
        pass("ci", 5);

        look(3);

        assertThat(entries()).isEqualTo(5);
        assertThat(endpoints.resolve("other/forgotten")).doesNotExist();
    }

    @Test
    void deadLettersCountAndTheOldestGoFirst() {
        put(4);
        putDead("other", 1, 9);
        putDead("ci", 20, 20);

        look(1);

        assertThat(files.listDead("other", 10))
                .containsExactly(
                        "03-000000000000000005-000",
                        "03-000000000000000006-000",
                        "03-000000000000000007-000",
                        "03-000000000000000008-000",
                        "03-000000000000000009-000");
        assertThat(files.countDead("ci")).isEqualTo(1);
        assertThat(entries()).isEqualTo(4);
        assertThat(keeper.dropped()).isEqualTo(4);
        put(9);
        look(1);
        assertThat(files.countDead("ci") + files.countDead("other")).isZero();
        assertThat(entries()).isEqualTo(10);
        assertThat(keeper.dropped()).isEqualTo(13);
    }

    /** A share that fails just when this instance begins to keep the queue. */
    @Test
    void failureAtTheBeginDeletesNothing() throws IOException {
        put(9);
        pass("ci", 9);
        pass("other", 9);
        look(3);
        put(3);
        putDead("ci", 1, 4);
        keeper.close();
        AtomicBoolean fails = new AtomicBoolean(true);
        open(new Steps() {
            @Override
            public void next() {
                if (CallStack.isIn("Keeper", "readFloors") && fails.getAndSet(false)) {
                    throw RegistryException.storageFault(null);
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> look(1));
        look(1);

        assertThat(files.countDead("ci")).isEqualTo(4);
        assertThat(keeper.dropped()).isZero();
        assertThat(keeper.isHolder()).isTrue();
    }

    private Command.Result events(String... arguments) throws Exception {
        return new Command(
                        work,
                        Map.of(),
                        Stream.concat(
                                        List.of(
                                                Path.of("ops/events")
                                                        .toAbsolutePath()
                                                        .toString(),
                                                root.toString())
                                                .stream(),
                                        Arrays.stream(arguments))
                                .toList())
                .attempt();
    }

    @Test
    @NeedsCommand("python3")
    void commandSaysWhenNobodyCarriesOutAnOrder() throws Exception {
        Files.createDirectories(root.resolve("docker/registry/v2"));
        putDead("other", 1, 2);
        Command.Result alone = events("--discard", "other");
        assertThat(alone.status()).isEqualTo(1);
        assertThat(alone.err()).contains("no instance with events runs now");

        look(1);

        assertThat(files.countDead("other")).isZero();
        assertThat(events("--discard", "other").status()).isZero();
        Command.Result replay = events("--replay", "other");
        assertThat(replay.status()).isEqualTo(1);
        assertThat(replay.err()).contains("no instance delivers to other now");
        assertThat(files.claim("other").take()).isTrue();
        assertThat(events("--replay", "other").status()).isZero();
    }
}
