package org.fedoraproject.registry.quota;

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
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Counts while pushes go on, on two instances over one tree. */
@Timeout(120)
class CountTest {
    private static final String ALL = "** bytes";

    @TempDir
    Path directory;

    private Path root;
    private Path rules;
    private Instance one;
    private Instance two;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        rules = directory.resolve("rules");
        start("quota ** bytes 1GB", "quota ** tags 100000", "quota ** repositories 100000");
    }

    private void start(String... lines) throws IOException {
        Files.writeString(rules, String.join("\n", lines));
        one = new Instance(new Stores(root), rules);
        two = new Instance(new Stores(root), rules);
        one.count();
        two.quotas.exchange();
    }

    /** Each tells the other, as they do every second. */
    private void exchange() {
        one.quotas.exchange();
        two.quotas.exchange();
        one.quotas.exchange();
    }

    private void assertUsed(String label, long amount) {
        assertThat(List.of(one.used(label), two.used(label))).containsExactly(amount, amount);
    }

    @Test
    void instancesHearOfEachOther() throws Exception {
        one.push("a", Content.random(100));
        two.push("b", Content.random(200));
        two.push("b", "latest", Content.index());
        exchange();

        assertUsed(ALL, 300 + Content.index().bytes().length);
        assertUsed("** tags", 1);
        assertUsed("** repositories", 2);
        one.delete("b", "latest");
        exchange();
        assertUsed("** tags", 0);
    }

    @Test
    void newInstanceKnowsAllAtOnce() throws Exception {
        one.push("a", Content.random(100));
        two.push("b", Content.random(200));
        exchange();

        Instance three = new Instance(new Stores(root), rules);
        three.quotas.exchange();

        assertThat(three.used(ALL)).isEqualTo(300);
        assertThat(three.quotas.isInForce()).isTrue();
    }

    @Test
    void killedInstanceLosesOnlyItsLastSecondUntilTheNextCount() throws Exception {
        two.push("a", Content.random(100));
        two.quotas.exchange();
        two.push("a", Content.random(200)); // and is killed
        one.quotas.exchange();

        assertThat(one.used(ALL)).isEqualTo(100);
        one.count();
        assertThat(one.used(ALL)).isEqualTo(300);
        assertThat(one.stores.quotaFiles().changes()).isEmpty();
    }

    @Test
    void countThatWasCutShortChangesNothing() throws Exception {
        one.push("a", Content.random(100));
        exchange();
        AtomicBoolean stop = new AtomicBoolean(true);

        assertThat(one.quotas.count(stop::get)).hasValue("it was told to stop");
        two.push("b", Content.random(200));
        exchange();
        assertUsed(ALL, 300);
        assertThat(two.quotas.count(() -> false)).isEmpty();
        exchange();

        assertUsed(ALL, 300);
    }

    @Test
    void pushWhileItCountsCountsOnce() throws Exception {
        assertCountsOnce(() -> two.quotas.exchange());
    }

    /** It is told to the other instance after the count. */
    @Test
    void pushWhileItCountsCountsOnceThoughNobodyWasTold() throws Exception {
        assertCountsOnce(() -> {});
    }

    private void assertCountsOnce(Runnable told) throws Exception {
        one.push("a", Content.random(100));
        exchange();
        AtomicBoolean pushed = new AtomicBoolean();

        Optional<String> refusal = one.quotas.count(() -> {
            if (!pushed.getAndSet(true)) {
                nextTick();
                two.push("a", Content.random(200));
                two.push("b", "latest", Content.index());
                told.run();
            }
            return false;
        });
        exchange();

        assertThat(refusal).isEmpty();
        assertUsed(ALL, 300 + Content.index().bytes().length);
        assertUsed("** tags", 1);
        assertUsed("** repositories", 2);
    }

    /** Files' times have steps. */
    private static void nextTick() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tagThatComesAndGoesWhileItCountsDoesNotCount() throws Exception {
        AtomicBoolean pushed = new AtomicBoolean();
        one.push("a", "old", Content.index());
        exchange();

        Optional<String> refusal = one.quotas.count(() -> {
            if (!pushed.getAndSet(true)) {
                nextTick();
                two.quotas.exchange();
                two.push("a", "new", Content.index());
                two.quotas.exchange();
                two.delete("a", "new");
                two.quotas.exchange();
            }
            return false;
        });
        exchange();

        assertThat(refusal).isEmpty();
        assertUsed("** tags", 1);
        two.delete("a", "old");
        exchange();
        assertUsed("** tags", 0);
    }

    /** Two counts begin, and the tag may be in the second one. */
    @Test
    void tagThatGoesInTheNextEpochNeverCountsTooLittle() throws Exception {
        one.quotas.count(() -> true);
        two.quotas.exchange();
        two.push("a", "new", Content.index());
        two.quotas.exchange();
        AtomicBoolean deleted = new AtomicBoolean();

        Optional<String> refusal = one.quotas.count(() -> {
            if (!deleted.getAndSet(true)) {
                two.delete("a", "new");
                two.quotas.exchange();
            }
            return false;
        });
        exchange();
        two.push("a", "other", Content.index());
        exchange();

        assertThat(refusal).isEmpty();
        assertUsed("** tags", 1);
    }

    @Test
    void onlyOneInstanceCounts() {
        assertThat(one.stores.quotaFiles().claim()).isTrue();

        assertThat(two.quotas.count(() -> false)).hasValue("another instance counts");
    }

    @Test
    void readOnlyRegistryDoesNotCount() {
        one.readOnly.set(true);

        assertThat(one.quotas.count(() -> false)).hasValue("the registry is read-only");
    }

    @Test
    void deletedBlobIsFreeAfterTheCount() throws Exception {
        Digest digest = one.push("a", Content.random(100));
        one.push("b", Content.random(200));
        one.blobs.delete(RepositoryName.parse("a"), digest);
        exchange();
        assertUsed(ALL, 300);

        one.count();
        exchange();

        assertUsed(ALL, 200);
    }

    /** A lease makes a link young, not what it says. */
    @Test
    void touchedLinkCountsAll() throws Exception {
        Digest digest = one.push("a", Content.random(100));
        one.push("a", "latest", Content.index());
        Path link = one.stores.at("repositories/a/_layers/sha256/" + digest.hex() + "/link");
        Files.setLastModifiedTime(link, FileTime.from(Instant.now().plusSeconds(3600)));

        one.count();

        assertThat(one.used(ALL)).isEqualTo(100 + Content.index().bytes().length);
    }

    @Test
    void emptyDirectoriesOfDeletedThingsDoNotCount() throws Exception {
        Digest digest = one.push("a", Content.random(100));
        one.push("a", "latest", Content.index());
        one.manifests.delete(RepositoryName.parse("a"), Content.index().digest());
        one.blobs.delete(RepositoryName.parse("a"), digest);

        one.count();

        assertThat(one.used(ALL)).isZero();
        assertThat(one.used("** tags")).isZero();
        assertThat(one.used("** repositories")).isEqualTo(1);
    }

    @Test
    void newRepositoryCountsOnceThoughItsBlobsComeToBothInstances() throws Exception {
        together(List.of(
                () -> one.push("a", Content.random(100)),
                () -> two.push("a", Content.random(101)),
                () -> one.push("a", Content.random(102)),
                () -> two.push("a", Content.random(103))));
        exchange();

        assertUsed("** repositories", 1);
        one.count();
        exchange();
        assertUsed("** repositories", 1);
    }

    @Test
    void pushesOnOneInstanceNeverExceedTheLimit() throws Exception {
        start("quota ** bytes 10000", "quota ** tags 7");
        AtomicLong taken = new AtomicLong();
        List<Callable<Object>> pushes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] content = Content.random(700 + i);
            String tag = "t" + i;
            pushes.add(() -> pushed(() -> one.push("a", content)) ? taken.addAndGet(content.length) : 0);
            pushes.add(() -> pushed(() -> one.push("b", tag, Content.index())));
        }

        together(pushes);

        assertThat(taken.get()).isBetween(10_000L - 2 * 740, 10_000L);
        assertThat(one.used(ALL)).isEqualTo(taken.get() + Content.index().bytes().length);
        assertThat(one.used("** tags")).isEqualTo(7);
        one.count();
        assertThat(one.used("** tags")).isEqualTo(7);
        assertThat(one.used(ALL)).isEqualTo(taken.get() + Content.index().bytes().length);
    }

    /** What the other has taken since the last exchange is all that may be too much. */
    @Test
    void twoInstancesExceedTheLimitByNoMoreThanASecondOfPushes() throws Exception {
        start("quota ** bytes 100000");
        long sinceExchange = 0;
        long most = 0;
        boolean full = false;
        Random random = new Random(18);
        for (int i = 0; i < 1000 && !full; i++) {
            Instance any = random.nextBoolean() ? one : two;
            byte[] content = Content.random(500 + i);
            String repository = "r" + random.nextInt(5);
            sinceExchange += pushed(() -> any.push(repository, content)) ? content.length : 0;
            if (i % 10 == 9) {
                exchange();
                full = sinceExchange == 0;
                most = Math.max(most, sinceExchange);
                sinceExchange = 0;
            }
        }
        exchange();

        long used = one.used(ALL);
        one.count();
        exchange();

        assertThat(used).isBetween(98_000L, 100_000 + most);
        assertUsed(ALL, used);
    }

    /** Pushes, mounts, tags and deletes on both instances, while counts follow each other. */
    @Test
    void countsAreExactWhenAllIsQuiet() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<Callable<Object>> work = new ArrayList<>();
        for (Instance instance : List.of(one, two)) {
            work.add(() -> {
                for (int i = 0; i < 150; i++) {
                    work(instance, i, new Random(i));
                }
                stop.set(true);
                return null;
            });
            work.add(() -> {
                while (!stop.get()) {
                    instance.quotas.exchange();
                    Thread.sleep(3);
                }
                return null;
            });
        }
        work.add(() -> {
            while (!stop.get()) {
                one.quotas.count(() -> false);
            }
            return null;
        });
        together(work);
        exchange();
        long bytes = one.used(ALL);
        long repositories = one.used("** repositories");
        assertUsed(ALL, bytes);

        two.quotas.count(() -> false);
        exchange();

        assertUsed(ALL, blobsInUse());
        assertUsed("** tags", tags());
        assertThat(bytes).isGreaterThanOrEqualTo(one.used(ALL));
        assertThat(repositories).isGreaterThanOrEqualTo(one.used("** repositories"));
    }

    private static void work(Instance instance, int i, Random random) throws Exception {
        String repository = "r" + i % 7;
        Digest shared = instance.push(repository, Content.random(1000 + i % 20));
        instance.mount("m" + i % 5, shared, repository);
        Manifest manifest = Content.index();
        instance.push(repository, "t" + i % 11, manifest);
        if (random.nextInt(4) == 0) {
            try {
                instance.delete(repository, "t" + i % 11);
            } catch (RegistryException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_UNKNOWN);
            }
        }
    }

    /** Every blob is linked somewhere. */
    private long blobsInUse() throws IOException {
        try (var walk = Files.walk(one.stores.at("blobs"))) {
            long sum = 0;
            for (Path data : walk.filter(Files::isRegularFile).toList()) {
                sum += Files.size(data);
            }
            return sum;
        }
    }

    private long tags() throws IOException {
        try (var walk = Files.walk(one.stores.at("repositories"))) {
            return walk.filter(path -> path.endsWith("current/link")).count();
        }
    }

    @Test
    void countWithLittleMemoryTakesSeveralPasses() throws Exception {
        long sum = 0;
        for (int i = 1; i <= 60; i++) {
            one.push("r" + i % 3, Content.random(i));
            sum += i;
        }
        Rules of = RuleReader.read("quota ** bytes 1\nquota ** tags 1");

        Recount.Result result = new Recount(tree(one.stores), of, Instant.now().plusSeconds(1), pace(), 10).run();

        assertThat(result.used().get(of.all().getFirst().id())).isEqualTo(sum);
        assertThat(result.by().get(of.all().getFirst().id())).hasSize(3);
    }

    /** Where most blobs belong to another pass, and where one repository alone has too many. */
    @Test
    void severalPassesNeedFewMoreOperations() throws Exception {
        for (int i = 1; i <= 200; i++) {
            one.stores.layer(RepositoryName.parse("a"), Content.random(i));
        }

        assertThat((double) operations(40) / operations(1000)).isLessThan(2.3);
    }

    private int operations(int maxDistinct) throws Exception {
        Hook hook = new Hook();
        Rules of = RuleReader.read("quota ** bytes 1");
        Recount.Tree tree = tree(new Stores(root, hook));
        Recount.Result result = new Recount(tree, of, Instant.now().plusSeconds(1), pace(), maxDistinct).run();
        assertThat(result.used().get(of.all().getFirst().id())).isEqualTo(200 * 201 / 2);
        return hook.uses.get();
    }

    private static Recount.Tree tree(Stores stores) {
        return new Recount.Tree(stores.repositories(), stores.quotaScan(), stores.quotaFiles());
    }

    private static Pace pace() {
        return new Pace(1_000_000, Optional::empty, () -> true, Duration.ofMillis(10));
    }

    @Test
    void brokenFilesAreMadeAgain() throws Exception {
        one.push("a", Content.random(100));
        exchange();
        Files.writeString(root.resolve(".quota/count"), "quota-count-1 5 now\nused x\n");
        Files.writeString(root.resolve(".quota/epoch"), "garbage");
        Files.writeString(root.resolve(".quota/changes/other"), "1 2\nx\n\n9999999999999999999999 1 1\n");

        Instance three = new Instance(new Stores(root), rules);
        three.quotas.exchange();
        assertThat(three.quotas.isInForce()).isFalse();
        three.push("a", Content.random(200));
        three.count();

        assertThat(three.used(ALL)).isEqualTo(300);
        exchange();
        assertUsed(ALL, 300);
    }

    @Test
    void countOnAShareThatTakesNoWritesFailsAndSaysSo() throws Exception {
        Files.delete(root.resolve(".quota/epoch"));
        Files.createDirectories(root.resolve(".quota/epoch/in-the-way"));

        assertThat(one.quotas.count(() -> false)).isPresent();
        one.push("a", Content.random(100));
        assertThat(one.used(ALL)).isEqualTo(100);

        Files.delete(root.resolve(".quota/epoch/in-the-way"));
        Files.delete(root.resolve(".quota/epoch"));
        one.count();
        exchange();
        assertUsed(ALL, 100);
    }

    private static boolean pushed(Runnable push) {
        try {
            push.run();
            return true;
        } catch (RegistryException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DENIED);
            return false;
        }
    }

    private static void together(List<Callable<Object>> work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<Object>> all = new ArrayList<>();
            work.forEach(each -> all.add(threads.submit(each)));
            for (Future<Object> each : all) {
                each.get();
            }
        }
    }
}
