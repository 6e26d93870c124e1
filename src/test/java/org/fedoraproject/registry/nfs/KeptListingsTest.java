package org.fedoraproject.registry.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.fedoraproject.registry.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptListingsTest {
    private static final int LIMIT = 1_000_000;

    @TempDir
    Path root;

    private final AtomicInteger made = new AtomicInteger();
    private final KeptListings<Set<String>> listings = listings(LIMIT);
    private NfsConnectionFactory factory;
    private NfsConnection connection;
    private Path directory;

    @BeforeEach
    void connect() throws IOException {
        factory = TestFactory.of(root, 4);
        connection = factory.getConnection();
        directory = Files.createDirectory(root.resolve("directory"));
        Files.createFile(directory.resolve("a"));
    }

    @AfterEach
    void disconnect() {
        connection.close();
    }

    @Test
    void directoryThatIsOldIsReadOnce() throws Exception {
        awaitAge(directory);

        assertThat(find()).hasValueSatisfying(names -> assertThat(names).containsExactly("a"));
        assertThat(find()).hasValueSatisfying(names -> assertThat(names).containsExactly("a"));
        assertThat(made).hasValue(1);
    }

    /**
     * A server may count in whole seconds: two changes within one have the same time, and the second one must not be
     * missed. Tries all orders of two changes and two questions within some seconds.
     */
    @Test
    void changeWithinTheSameTickIsNotMissed() throws IOException {
        int kept = 0;
        for (int times = 0; times < 1 << 18; times++) {
            int first = times & 7;
            int asked = first + (times >> 3 & 31);
            int second = asked + (times >> 8 & 31);
            CoarseServer server = new CoarseServer();
            server.change("first", first);
            server.quarters = asked;
            listings.find(server, directory);
            server.change("second", second);
            server.quarters = second + (times >> 13);

            Optional<Set<String>> found = listings.find(server, directory);

            assertThat(found.orElse(Set.of("first", "second")))
                    .as("times %d", times)
                    .contains("second");
            kept += found.isPresent() ? 1 : 0;
        }
        assertThat(kept).as("answers from memory").isPositive();
    }

    /** Stands for a file server with a coarse clock, which the local kernel cannot be made to have. */
    private static final class CoarseServer implements KeptListings.Source {
        private static int servers;

        private final int key = servers++;
        private final Set<String> names = new TreeSet<>();
        private int quarters;
        private Instant changed;

        /** @param at in quarters of a second */
        private void change(String name, int at) {
            names.add(name);
            changed = Instant.ofEpochSecond(at / 4);
        }

        @Override
        public Optional<DirectoryState> directoryState(Path directory) {
            return Optional.of(new DirectoryState(key, FileTime.from(changed)));
        }

        @Override
        public boolean isOlder(DirectoryState state, Duration age) {
            Instant now = Instant.ofEpochMilli(quarters * 250L);
            return state.changed().toInstant().isBefore(now.minus(age));
        }

        @Override
        public <C> Optional<C> list(Path directory, Supplier<C> collector, BiConsumer<C, String> add) {
            C collected = collector.get();
            names.forEach(name -> add.accept(collected, name));
            return Optional.of(collected);
        }
    }

    @Test
    void directoryThatWasChangedJustNowIsNotKept() throws IOException {
        Files.createFile(directory.resolve("b"));

        assertThat(find()).isEmpty();
        assertThat(made).hasValue(0);
    }

    /** A clock that stands still, or was not read since, makes nothing old. */
    @Test
    void nothingIsKeptUntilTheServersClockIsKnownToHaveMovedOn() throws Exception {
        Thread.sleep(KeptListings.MIN_AGE_SECONDS * 1000L + 100);

        assertThat(find()).isEmpty();
        factory.readClock();
        assertThat(find()).isPresent();
    }

    @Test
    void eachChangeIsSeenAtOnce() throws Exception {
        awaitAge(directory);
        find();

        Files.createFile(directory.resolve("b"));
        assertThat(find()).isEmpty();
        awaitAge(directory);
        assertThat(find().orElseThrow()).containsExactly("a", "b");

        Files.move(directory.resolve("a"), directory.resolve("c"));
        assertThat(find()).isEmpty();
        awaitAge(directory);
        assertThat(find().orElseThrow()).containsExactly("b", "c");
    }

    /** Its change time may be older than that of the one before. */
    @Test
    void otherDirectoryOfTheSameNameIsReadAnew() throws Exception {
        Path other = Files.createDirectory(root.resolve("other"));
        Files.createFile(other.resolve("z"));
        awaitAge(other);
        find();

        Files.move(directory, root.resolve("away"));
        Files.move(other, directory);

        awaitAge(directory); // a rename changes the time too
        assertThat(find().orElseThrow()).containsExactly("z");
    }

    @Test
    void linksAndFilesAndWhatIsMissingHaveNoNames() throws Exception {
        Path link = Files.createSymbolicLink(root.resolve("link"), directory);
        awaitAge(directory);

        assertThat(listings.find(connection, link)).isEmpty();
        assertThat(listings.find(connection, directory.resolve("a"))).isEmpty();
        assertThat(listings.find(connection, root.resolve("missing"))).isEmpty();
        assertThat(listings.used()).isZero();
    }

    @Test
    void directoryWithTooManyNamesIsNotKeptAndNotReadAgainForThat() throws Exception {
        KeptListings<Set<String>> small = listings(2_000);
        for (int i = 0; i < 100; i++) {
            Files.createFile(directory.resolve("file-" + i));
        }
        awaitAge(directory);

        assertThat(small.find(connection, directory)).isEmpty();
        assertThat(small.find(connection, directory)).isEmpty();
        assertThat(made).hasValue(0);
        assertThat(small.used()).isLessThan(1_000);
    }

    @Test
    void oldestUseGoesFirstIfThereIsNoRoom() throws Exception {
        KeptListings<Set<String>> few = listings(3_000);
        List<Path> directories = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            directories.add(Files.createDirectory(root.resolve("directory-" + i)));
        }
        awaitAge(directories.getLast());
        for (Path next : directories) {
            assertThat(few.find(connection, next)).isPresent();
            assertThat(few.find(connection, directories.getFirst())).isPresent();
        }

        assertThat(few.used()).isLessThanOrEqualTo(3_000);
        int before = made.get();
        few.find(connection, directories.getFirst());
        assertThat(made).hasValue(before);
        few.find(connection, directories.get(1));
        assertThat(made).hasValue(before + 1);
    }

    private KeptListings<Set<String>> listings(int limit) {
        return new KeptListings<Set<String>>(
                limit,
                names -> {
                    made.incrementAndGet();
                    return new TreeSet<>(names);
                },
                names -> 100L * names.size());
    }

    private Optional<Set<String>> find() throws IOException {
        return listings.find(connection, directory);
    }

    /** Until the server's clock has been read so much later. */
    private void awaitAge(Path directory) {
        Duration age = Duration.ofSeconds(KeptListings.MIN_AGE_SECONDS);
        Await.until("old", Duration.ofSeconds(10), () -> {
            factory.readClock();
            return DirectoryState.of(directory)
                    .changed()
                    .toInstant()
                    .isBefore(factory.lastSeen().minus(age));
        });
    }
}
