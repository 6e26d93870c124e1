package org.fedoraproject.registry.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Quotas where the share fails for a while, files are broken, clocks are wrong, or an instance dies. */
@Timeout(120)
class ShareFaultsTest {
    private static final String ALL = "** bytes";

    @TempDir
    Path directory;

    private final Hook hook = new Hook();
    private Path root;
    private Path rules;
    private Instance one;
    private Instance two;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        rules = directory.resolve("rules");
        Files.writeString(rules, "quota ** bytes 1GB\nquota ** tags 1000\nquota ** repositories 1000\n");
        one = new Instance(new Stores(root, hook), rules);
        two = new Instance(new Stores(root), rules);
        one.count();
        two.quotas.exchange();
    }

    private static RegistryException away() {
        return RegistryException.unavailable(Duration.ofSeconds(1), null);
    }

    @Test
    void countSurvivesFailuresThatPass() throws Exception {
        for (int i = 1; i <= 4; i++) {
            one.push("r" + i, Content.random(100 * i));
            one.push("r" + i, "latest", Content.index());
        }
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger next = new AtomicInteger(Integer.MAX_VALUE);
        hook.before = () -> {
            if (hook.uses.get() >= next.get() && failures.incrementAndGet() <= 4) {
                next.addAndGet(7);
                throw away();
            }
        };

        Optional<String> refusal = one.quotas.count(() -> {
            next.compareAndSet(Integer.MAX_VALUE, hook.uses.get() + 7);
            return false;
        });
        hook.before = () -> {};
        one.quotas.exchange();

        assertThat(refusal).isEmpty();
        assertThat(failures.get()).isGreaterThan(3);
        assertThat(one.used(ALL)).isEqualTo(1000 + Content.index().bytes().length);
        assertThat(one.used("** tags")).isEqualTo(4);
        assertThat(one.used("** repositories")).isEqualTo(4);
    }

    @Test
    void countsThatFailDoNotMakeTheFileOfChangesLonger() throws Exception {
        for (int i = 1; i <= 20; i++) {
            assertThat(one.quotas.count(() -> true)).isPresent();
            one.push("a", Content.random(i));
            one.quotas.exchange();
        }

        assertThat(changes().lines()).hasSizeLessThanOrEqualTo(6); // two sums of three epochs
        two.quotas.exchange();
        assertThat(two.used(ALL)).isEqualTo(210);
        two.count();
        one.quotas.exchange();
        assertThat(one.used(ALL)).isEqualTo(210);
    }

    private String changes() throws IOException {
        return one.stores.quotaFiles().changes(one.name()).orElseThrow();
    }

    /** As if the server were killed there; the exception is none that anything may catch. */
    @Test
    void countThatDiesAtAnyOperationDoesNoHarm() throws Exception {
        one.push("a", Content.random(100));
        one.push("b", "latest", Content.index());
        one.quotas.exchange();
        long bytes = 100L + Content.index().bytes().length;
        for (int at = 1; ; at++) {
            Hook dying = new Hook();
            Instance dead = new Instance(new Stores(root, dying), rules);
            int last = at;
            dying.before = () -> {
                if (dying.uses.get() >= last) {
                    throw new StackOverflowError();
                }
            };
            boolean isDone = isDone(dead);
            Files.deleteIfExists(root.resolve(".quota/claim"));

            Instance next = new Instance(new Stores(root), rules);
            next.quotas.exchange();
            assertThat(next.quotas.isInForce()).isTrue();
            assertThat(next.used(ALL)).isEqualTo(bytes);
            next.count();
            assertThat(next.used(ALL)).isEqualTo(bytes);
            assertThat(next.used("** tags")).isEqualTo(1);
            assertThat(next.used("** repositories")).isEqualTo(2);
            if (isDone) {
                return;
            }
        }
    }

    private static boolean isDone(Instance instance) {
        try {
            return instance.quotas.count(() -> false).isEmpty();
        } catch (StackOverflowError e) {
            return false;
        }
    }

    @Test
    void countThatIsInterruptedGivesItsClaimBack() throws Exception {
        one.push("a", Content.random(100));
        Thread counting = new Thread(() -> one.quotas.count(() -> {
            Thread.currentThread().interrupt();
            return false;
        }));
        counting.start();
        counting.join();

        assertThat(root.resolve(".quota/claim")).doesNotExist();
        two.count();
    }

    /** The operations of an exchange: the epoch, the count if it is new, the list of files, each file, its own file. */
    private void exchangeFailsAt(int operation) {
        int last = hook.uses.get() + operation;
        hook.before = () -> {
            if (hook.uses.get() == last) {
                throw away();
            }
        };
        assertThatThrownBy(one.quotas::exchange).isInstanceOf(RegistryException.class);
        hook.before = () -> {};
    }

    private void pushOnOthers() throws Exception {
        Instance three = new Instance(new Stores(root), rules);
        two.push("a", Content.random(1000));
        two.quotas.exchange();
        three.quotas.exchange();
        three.push("b", Content.random(1000));
        three.quotas.exchange();
    }

    @Test
    void unreadableFileDoesNotKeepOthersFromBeingRead() throws Exception {
        pushOnOthers();
        one.push("c", Content.random(100));

        exchangeFailsAt(3);

        assertThat(one.used(ALL)).isEqualTo(1100); // one of the two
        two.quotas.exchange();
        assertThat(two.used(ALL)).isEqualTo(2100);
    }

    /** Each failure is in the log with its trace. */
    @Test
    void fileThatStaysUnreadableIsReadSeldom() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        hook.before = () -> {
            failures.incrementAndGet();
            throw away();
        };

        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(one.quotas::exchange).isInstanceOf(RegistryException.class);
        }

        assertThat(failures).hasValueLessThan(10);
    }

    @Test
    void unreadableEpochDoesNotKeepOthersFromBeingRead() throws Exception {
        pushOnOthers();
        one.push("c", Content.random(100));

        exchangeFailsAt(1);

        assertThat(one.used(ALL)).isEqualTo(2100);
        one.quotas.exchange();
        two.quotas.exchange();
        assertThat(two.used(ALL)).isEqualTo(2100);
    }

    @Test
    void unreadableCountDoesNotKeepChangesFromBeingTold() throws Exception {
        two.count();
        pushOnOthers();
        one.push("c", Content.random(100));

        exchangeFailsAt(2);

        assertThat(one.used(ALL)).isEqualTo(2100);
        two.quotas.exchange();
        assertThat(two.used(ALL)).isEqualTo(2100);
        one.quotas.exchange();
        assertThat(one.used(ALL)).isEqualTo(2100);
    }

    /** A failure that passes does not make the others' changes forgotten. */
    @Test
    void changesThatCannotBeReadAgainHold() throws Exception {
        pushOnOthers();
        one.quotas.exchange();

        exchangeFailsAt(3);

        assertThat(one.used(ALL)).isEqualTo(2000);
    }

    @Test
    void unreadableFileDoesNotKeepTheCountFromBeginning() throws Exception {
        pushOnOthers();
        int file = hook.uses.get() + 6; // after the claim, the epoch, the time, and two operations of the exchange
        hook.before = () -> {
            if (hook.uses.get() == file) {
                throw away();
            }
        };

        assertThat(one.quotas.count(() -> false)).isEmpty();
    }

    @Test
    void lineOfABrokenCountTakesLittleMemory() throws Exception {
        Files.writeString(root.resolve(".quota/count"), "quota-count-1 " + "x".repeat(1_000_000) + "\n");

        one.stores.quotaFiles().readCount(line -> assertThat(line).hasSizeLessThan(10_000));
    }

    /** The detail of a refusal has these names. */
    @Test
    void countWithANameThatIsNoneIsBroken() throws Exception {
        String id = Files.readAllLines(root.resolve(".quota/count")).stream()
                .filter(line -> line.startsWith("rule "))
                .findFirst()
                .orElseThrow()
                .substring(5);
        String count = Files.readString(root.resolve(".quota/count"));
        Files.writeString(root.resolve(".quota/count"), count.replaceFirst("end\n$", "by " + id + " No:Name 5\nend\n"));

        Instance three = new Instance(new Stores(root), rules);
        three.quotas.exchange();

        assertThat(three.quotas.isInForce()).isFalse();
    }

    @Test
    void repositoryIsPushedThoughItCannotBeMarked() throws Exception {
        Path marks = root.resolve(".quota/new");
        deleteAll(marks);
        Files.writeString(marks, "in the way");

        one.push("a", Content.random(100));
        one.push("a", Content.random(200));

        assertThat(one.used("** repositories")).isEqualTo(1);
    }

    private static void deleteAll(Path marks) throws IOException {
        if (Files.exists(marks)) {
            try (Stream<Path> all = Files.list(marks)) {
                for (Path mark : all.toList()) {
                    Files.delete(mark);
                }
            }
            Files.delete(marks);
        }
    }

    /** As after a time when the server's clock was ahead. */
    @Test
    void whatHasATimeInTheFutureCounts() throws Exception {
        one.push("a", Content.random(100));
        one.push("a", "latest", Content.index());
        FileTime future = FileTime.from(Instant.now().plus(Duration.ofDays(365)));
        try (Stream<Path> tree = Files.walk(one.stores.at("repositories"))) {
            for (Path path : tree.toList()) {
                Files.setLastModifiedTime(path, future);
            }
        }
        try (Stream<Path> marks = Files.list(root.resolve(".quota/new"))) {
            for (Path mark : marks.toList()) {
                Files.setLastModifiedTime(mark, future);
            }
        }

        one.count();

        assertThat(one.used(ALL)).isEqualTo(100 + Content.index().bytes().length);
        assertThat(one.used("** tags")).isEqualTo(1);
        assertThat(one.used("** repositories")).isEqualTo(1);
        assertThat(root.resolve(".quota/new")).isEmptyDirectory();
    }

    /** At each operation of the exchange that puts the count in force. */
    @Test
    void nothingCountsTwiceWhileACountIsTakenUp() throws Exception {
        one.push("a", Content.random(100));
        two.push("b", Content.random(200));
        two.push("b", "latest", Content.index());
        one.quotas.exchange();
        two.quotas.exchange();
        one.quotas.exchange();
        long bytes = 300L + Content.index().bytes().length;
        two.count();
        AtomicInteger seen = new AtomicInteger();

        hook.before = () -> {
            seen.incrementAndGet();
            assertThat(one.used(ALL)).isEqualTo(bytes);
            assertThat(one.used("** tags")).isEqualTo(1);
            assertThat(one.used("** repositories")).isEqualTo(2);
        };
        one.quotas.exchange();

        assertThat(seen).hasPositiveValue();
    }

    @Test
    void lastChangesAreToldWhenTheInstanceStops() throws Exception {
        one.push("a", Content.random(100));
        one.quotas.stop(one);

        two.quotas.exchange();

        assertThat(two.used(ALL)).isEqualTo(100);
    }

    @Test
    void shareThatHangsDoesNotKeepTheInstanceFromStopping() throws Exception {
        one.push("a", Content.random(100));
        AtomicBoolean asked = new AtomicBoolean();
        hook.before = () -> {
            asked.set(true);
            sleep(60_000);
        };

        long begin = System.nanoTime();
        one.quotas.stop(one);

        assertThat(asked).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw away();
        }
    }

    @Test
    void marksAreDeletedAtThePaceOfTheCount() {
        for (int i = 0; i < 5; i++) {
            one.stores.quotaFiles().mark(RepositoryName.parse("a" + i));
        }
        AtomicInteger steps = new AtomicInteger();

        one.stores.quotaFiles().deleteMarks(Instant.now().plusSeconds(1), steps::incrementAndGet);

        assertThat(steps).hasValue(5);
        assertThat(root.resolve(".quota/new")).isEmptyDirectory();
    }

    @Test
    void countGivesUpInTheEnd() {
        AtomicInteger attempts = new AtomicInteger();
        Pace pace = new Pace(1000, Optional::empty, () -> true, Duration.ofMillis(1));

        assertThatThrownBy(() -> pace.retry(() -> {
                    attempts.incrementAndGet();
                    throw away();
                }))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));

        assertThat(attempts).hasValue(10);
    }

    @Test
    void countThatWaitsForTheShareStopsWhenItIsTold() {
        AtomicBoolean stop = new AtomicBoolean();
        Pace pace = new Pace(
                1000,
                () -> Optional.of("told").filter(why -> stop.get()),
                () -> {
                    throw away();
                },
                Duration.ofMinutes(1));

        assertThatThrownBy(() -> pace.retry(() -> {
                    stop.set(true);
                    throw away();
                }))
                .isInstanceOf(Pace.StoppedException.class)
                .hasMessage("told");
    }
}
