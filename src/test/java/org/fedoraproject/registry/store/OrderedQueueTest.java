package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderedQueueTest {
    private static final int LANE = 1;
    private static final int ALL = 100_000;

    @TempDir
    Path root;

    private OrderedQueue queue;
    private OrderedQueue elsewhere;

    @BeforeEach
    void open() {
        queue = open(new Stores(root));
        elsewhere = open(new Stores(root));
    }

    private static OrderedQueue open(Stores stores) {
        return new QueueStore(stores.storage()).ordered("some", 2);
    }

    @Test
    void numbersAreInTheOrderOfThePutsOverAllInstances() {
        assertThat(queue.put(LANE, "one")).isEqualTo(1);
        assertThat(elsewhere.put(LANE, "two")).isEqualTo(2);
        assertThat(elsewhere.put(LANE, "three")).isEqualTo(3);
        assertThat(queue.put(LANE, "four \u00e4")).isEqualTo(4);

        assertThat(queue.get(LANE, 3)).contains("three");
        assertThat(elsewhere.get(LANE, 4)).contains("four \u00e4");
        assertThat(queue.get(LANE, 5)).isEmpty();
        assertThat(queue.put(0, "in another lane")).isEqualTo(1);
    }

    @Test
    void instanceThatComesLateFindsTheEnd() {
        for (int i = 1; i <= 37; i++) {
            queue.put(LANE, "entry " + i);
            assertThat(open(new Stores(root)).last(LANE)).isEqualTo(i);
        }
        assertThat(elsewhere.put(LANE, "next")).isEqualTo(38);
        assertThat(queue.known(LANE)).isEqualTo(37);
        assertThat(queue.last(LANE)).isEqualTo(38);
    }

    @Test
    void numberThatIsPastIsNeverUsedAgain() {
        assertThat(queue.put(LANE, "one")).isEqualTo(1);
        for (int i = 2; i <= 20; i++) {
            elsewhere.put(LANE, "entry " + i);
        }
        assertThat(elsewhere.trim(LANE, 20, ALL)).isEqualTo(20);
        assertThat(elsewhere.get(LANE, 20)).isEmpty();

        assertThat(queue.put(LANE, "by one who knows only of the first")).isEqualTo(21);
        assertThat(open(new Stores(root)).put(LANE, "by a new one")).isEqualTo(22);
        assertThat(root.resolve(".queues/some/lanes/1")).isDirectoryNotContaining("glob:**/2");
    }

    @Test
    void trimDeletesWhatIsNotAboveTheFloorOnly() {
        for (int i = 1; i <= 10; i++) {
            queue.put(LANE, "entry " + i);
        }

        assertThat(queue.trim(LANE, 8, 3)).isEqualTo(3);
        assertThat(queue.trim(LANE, 8, 3)).isEqualTo(6);
        assertThat(queue.trim(LANE, 5, 3)).as("never back").isEqualTo(6);

        assertThat(queue.get(LANE, 6)).isEmpty();
        assertThat(queue.get(LANE, 7)).contains("entry 7");
        assertThat(elsewhere.floor(LANE)).isEqualTo(6);
        assertThat(elsewhere.firstAfter(LANE, 0)).contains(7L);
        assertThat(elsewhere.last(LANE)).isEqualTo(10);
    }

    /** As where an instance is killed between the two. */
    @Test
    void whatATrimLeftIsDeletedLater() throws IOException {
        for (int i = 1; i <= 5; i++) {
            queue.put(LANE, "entry " + i);
        }
        Files.createFile(Files.createDirectories(root.resolve(".queues/some/lanes/1/floors"))
                .resolve("4"));

        elsewhere.trimAgain(LANE);

        assertThat(queue.get(LANE, 4)).isEmpty();
        assertThat(queue.get(LANE, 5)).isPresent();
        assertThat(elsewhere.put(LANE, "next")).isEqualTo(6);
    }

    /** As where an instance has hung on the share, and another one went on. */
    @Test
    void floorThatIsWrittenLateSetsNothingBack() throws IOException {
        for (int i = 1; i <= 10; i++) {
            queue.put(LANE, "entry " + i);
        }
        queue.trim(LANE, 10, ALL);
        Path floors = Files.createDirectories(root.resolve(".queues/some/lanes/1/floors"));
        Files.writeString(floors.resolveSibling("floor"), "3");
        Files.writeString(floors.resolve("3"), "");
        Files.writeString(floors.resolve("99x"), "garbled");

        OrderedQueue late = open(new Stores(root));
        assertThat(late.floor(LANE)).isEqualTo(10);
        assertThat(late.put(LANE, "next")).isEqualTo(11);
    }

    @Test
    void fewOldFloorsStay() {
        for (int i = 1; i <= 20; i++) {
            queue.put(LANE, "entry " + i);
            queue.trim(LANE, i, ALL);
        }

        assertThat(elsewhere.floor(LANE)).isEqualTo(20);
        assertThat(root.resolve(".queues/some/lanes/1/floors").toFile().list()).hasSizeLessThan(6);
    }

    @Test
    void entriesAfterAGapAreFoundByTheirNames() throws IOException {
        for (int i = 1; i <= 9; i++) {
            queue.put(LANE, "entry " + i);
        }
        Files.delete(root.resolve(".queues/some/lanes/1/4"));

        assertThat(elsewhere.firstAfter(LANE, 3)).contains(5L);
        assertThat(elsewhere.lastOfAll(LANE)).isEqualTo(9);
        assertThat(elsewhere.firstAfter(LANE, 9)).isEmpty();
    }

    @Test
    void putsAtTheSameTimeTakeNoNumberTwice() throws InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        List<Long> numbers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (OrderedQueue each : List.of(queue, elsewhere, queue, elsewhere)) {
            threads.add(Thread.ofPlatform().start(() -> {
                awaitQuietly(begin);
                for (int i = 0; i < 50; i++) {
                    long number = each.put(LANE, "entry");
                    synchronized (numbers) {
                        numbers.add(number);
                    }
                }
            }));
        }
        begin.countDown();
        for (Thread each : threads) {
            each.join();
        }

        assertThat(numbers).hasSize(200).doesNotHaveDuplicates();
        assertThat(numbers).allMatch(number -> number <= 200);
        new Stores(root).assertNoLeftovers();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
