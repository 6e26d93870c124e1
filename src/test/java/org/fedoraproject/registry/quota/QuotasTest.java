package org.fedoraproject.registry.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.http.Json;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Digest.Algorithm;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.QuotaExcess;
import org.fedoraproject.registry.oci.QuotaExcess.User;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Bodies;
import org.fedoraproject.registry.testing.CallStack;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class QuotasTest {
    private static final Manifest INDEX = Content.index();
    private static final long SIZE = INDEX.bytes().length;

    @TempDir
    Path directory;

    private Path root;
    private Path rules;
    private Instance one;

    @BeforeEach
    void setUp() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        rules = directory.resolve("rules");
    }

    private Instance start(String... lines) throws IOException {
        Files.writeString(rules, String.join("\n", lines));
        Instance instance = new Instance(new Stores(root), rules);
        instance.quotas.exchange();
        return instance;
    }

    private void startAndCount(String... lines) throws IOException {
        one = start(lines);
        one.count();
    }

    private static RegistryException denied(Runnable push) {
        RegistryException refusal = catchThrowableOfType(RegistryException.class, push::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.DENIED);
        assertThat(refusal.excess()).isPresent();
        return refusal;
    }

    /** An object that all pushes share would keep the name of each new tag for ever. */
    @Test
    void pushesToRepositoriesWithoutQuotaShareNothing() throws Exception {
        one = start("quota other/** bytes 1000");
        RepositoryName name = RepositoryName.parse("a");
        Admission first = one.quotas.admitManifest(name, INDEX.digest(), SIZE, Set.of(), () -> false, tag -> false);
        assertThat(one.quotas.admitManifest(name, INDEX.digest(), SIZE, Set.of(), () -> false, tag -> false))
                .isNotSameAs(first);
        assertThat(one.quotas.admit(name, INDEX.digest(), SIZE, () -> false)).isNotSameAs(first);
    }

    @Test
    void pushBeyondTheBytesIsRefused() throws Exception {
        startAndCount("quota fedora/** bytes 1000");
        Digest first = one.push("fedora/a", Content.random(600));

        RegistryException refusal = denied(() -> one.push("fedora/b", Content.random(401)));

        assertThat(refusal)
                .hasMessage("quota exceeded: fedora/** may have 1 kB and has 600 bytes, and this push needs 401 bytes"
                        + " more");
        assertThat(refusal.excess())
                .hasValue(
                        new QuotaExcess("quota fedora/** bytes 1000", "fedora/**", "bytes", 1000, 600, 401, List.of()));
        assertThat(one.stores.files()).hasSize(2).allMatch(file -> file.contains(first.hex()));
        one.push("fedora/b", Content.random(400));
        one.push("other", Content.random(5000));
        assertThat(one.used("fedora/** bytes")).isEqualTo(1000);
        assertThat(one.quotas.refusals()).isEqualTo(1);
    }

    @Test
    void whatIsThereAlreadyIsNeverRefused() throws Exception {
        startAndCount("quota ** bytes " + (600 + SIZE), "quota ** tags 1", "quota ** repositories 1");
        Digest layer = one.push("a", Content.random(600));
        one.push("a", "latest", INDEX);

        one.push("a", Content.random(600));
        one.push("a", "latest", INDEX);
        assertThat(one.mount("a", layer, "a")).isTrue();
        one.blobs.get(RepositoryName.parse("a"), layer).close();

        denied(() -> one.push("a", Content.random(1)));
        denied(() -> one.push("a", "other", INDEX));
        denied(() -> one.push("b", "latest", INDEX));
        denied(() -> one.mount("b", layer, "a"));
    }

    @Test
    void tagMayMoveWhereNoTagHasRoom() throws Exception {
        startAndCount("quota ** tags 1");
        one.push("a", "latest", INDEX);

        one.push("a", "latest", Content.index(INDEX.digest()));
        denied(() -> one.push("a", "second", INDEX));
        one.delete("a", "latest");
        one.push("a", "second", INDEX);

        assertThat(one.used("** tags")).isEqualTo(1);
    }

    @Test
    void deletedManifestFreesItsTags() throws Exception {
        startAndCount("quota ** tags 3");
        for (String tag : List.of("a", "b", "c")) {
            one.push("a", tag, INDEX);
        }

        one.manifests.delete(RepositoryName.parse("a"), INDEX.digest());

        assertThat(one.used("** tags")).isZero();
        one.count();
        assertThat(one.used("** tags")).isZero();
    }

    /** The share fails when the second tag is taken away. */
    @Test
    void interruptedDeleteFreesTheTagsThatItDeleted() throws Exception {
        AtomicInteger discards = new AtomicInteger();
        AtomicBoolean fails = new AtomicBoolean();
        Files.writeString(rules, "quota ** tags 3");
        one = new Instance(
                new Stores(root, new Steps() {
                    @Override
                    public void next() {
                        boolean takes = fails.get() && CallStack.isIn("TagStore", "discard");
                        if (takes && discards.incrementAndGet() > 3) { // take, read and delete the first
                            throw RegistryException.unavailable(Duration.ofSeconds(1), null);
                        }
                    }

                    @Override
                    public boolean await() {
                        return false;
                    }
                }),
                rules);
        one.quotas.exchange();
        one.count();
        for (String tag : List.of("a", "b", "c")) {
            one.push("a", tag, INDEX);
        }
        fails.set(true);

        assertThatThrownBy(() -> one.manifests.delete(RepositoryName.parse("a"), INDEX.digest()))
                .isInstanceOf(RegistryException.class);
        assertThat(one.used("** tags")).isEqualTo(2);
    }

    @Test
    void severalTagsOfOnePushNeedRoomTogether() throws Exception {
        startAndCount("quota ** tags 2");
        RepositoryName name = RepositoryName.parse("a");
        List<Tag> three = List.of(new Tag("a"), new Tag("b"), new Tag("c"));

        denied(() -> one.manifests.put(name, INDEX.digest(), three, INDEX));
        assertThat(one.used("** tags")).isZero();
        one.manifests.put(name, INDEX.digest(), three.subList(0, 2), INDEX);

        assertThat(one.used("** tags")).isEqualTo(2);
    }

    @Test
    void immutableTagsCountToo() throws Exception {
        startAndCount("quota ** tags 1");
        RepositoryName name = RepositoryName.parse("a");

        one.manifests.put(name, new Tag("v1"), List.of(), INDEX, tag -> true, child -> true);
        one.manifests.put(name, new Tag("v1"), List.of(), INDEX, tag -> true, child -> true);

        assertThat(one.used("** tags")).isEqualTo(1);
        denied(() -> one.manifests.put(name, new Tag("v2"), List.of(), INDEX, tag -> true, child -> true));
    }

    @Test
    void newRepositoryBeyondTheNumberIsRefusedAtOnce() throws Exception {
        startAndCount("quota users/** repositories 2");
        one.push("users/a", Content.random(1));
        one.push("users/a", Content.random(2));
        one.push("users/b", "latest", INDEX);

        RegistryException refusal = denied(() -> one.uploads.start(RepositoryName.parse("users/c"), Algorithm.SHA256));

        assertThat(refusal)
                .hasMessage("quota exceeded: users/** may have 2 repositories and has 2 repositories, and this push"
                        + " needs 1 repository more");
        assertThat(one.stores.at("repositories/users/c")).doesNotExist();
        denied(() -> one.push("users/d", "latest", INDEX));
        one.push("users/a", Content.random(3));
        one.push("groups/c", Content.random(4));
    }

    @Test
    void pushThatIsRefusedForItsSizeCountsAsNoRepository() throws Exception {
        startAndCount("quota ** repositories 2", "quota ** bytes 50");
        for (int i = 0; i < 3; i++) {
            String name = "refused" + i;
            denied(() -> one.push(name, Content.random(101)));
            denied(() -> one.push(name, "latest", INDEX));
        }

        one.push("a", Content.random(10));
        one.push("b", Content.random(10));
        assertThat(one.used("** repositories")).isEqualTo(2);
        denied(() -> one.push("c", Content.random(10)));
        assertThat(one.stores.at("repositories/c")).doesNotExist();
    }

    @Test
    void partOfAnUploadThatIsSentAgainDoesNotEndIt() throws Exception {
        startAndCount("quota ** bytes 1000");
        RepositoryName name = RepositoryName.parse("a");
        UUID id = one.uploads.start(name, Algorithm.SHA256);
        byte[] content = Content.random(900);
        Optional<ByteRange> range = Optional.of(new ByteRange(0, 899));
        one.uploads.append(name, id, range, Bodies.of(content));

        assertThatThrownBy(() -> one.uploads.append(name, id, range, Bodies.of(content)))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RANGE_INVALID));

        one.uploads.complete(name, id, Digest.of(content), Optional.empty(), Bodies.of(new byte[0]));
    }

    @Test
    void blobCountsOnceWhereItIsMountedWithinThePattern() throws Exception {
        startAndCount("quota fedora/** bytes 1000", "quota other/** bytes 1000");
        Digest layer = one.push("fedora/a", Content.random(900));

        assertThat(one.mount("fedora/b", layer, "fedora/a")).isTrue();
        assertThat(one.mount("other/b", layer, "fedora/a")).isTrue();
        one.push("fedora/c", Content.random(900));

        assertThat(one.used("fedora/** bytes")).isEqualTo(900);
        assertThat(one.used("other/** bytes")).isEqualTo(900);
        one.count();
        assertThat(one.used("fedora/** bytes")).isEqualTo(900);
        assertThat(one.used("other/** bytes")).isEqualTo(900);
    }

    @Test
    void blobThatOldRepositoriesShareCountsOnceAfterACount() throws Exception {
        startAndCount("quota ** bytes 5000");
        one.push("a", Content.random(900));
        Instance two = new Instance(new Stores(root), rules);
        two.quotas.exchange();
        two.push("b", Content.random(900)); // it cannot know that the other instance has counted it
        two.quotas.exchange();
        one.quotas.exchange();
        two.quotas.exchange();
        assertThat(one.used("** bytes")).isEqualTo(1800);
        assertThat(two.used("** bytes")).isEqualTo(1800);

        one.count();
        two.quotas.exchange();

        assertThat(one.used("** bytes")).isEqualTo(900);
        assertThat(two.used("** bytes")).isEqualTo(900);
        assertThat(one.quotas.count(() -> false)).isEmpty();
    }

    @Test
    void eachHasItsOwnRoom() throws Exception {
        startAndCount("quota users/** bytes 1000 each users/*", "quota users/** tags 1 each");
        one.push("users/a/x", Content.random(600));
        one.push("users/b/x", Content.random(601));

        RegistryException refusal = denied(() -> one.push("users/a/y", Content.random(401)));
        one.push("users/a/x", "1", INDEX);
        one.push("users/a/y", "1", INDEX);

        assertThat(refusal.excess().orElseThrow().of()).isEqualTo("users/a");
        denied(() -> one.push("users/a/y", "2", INDEX));
        one.count();
        assertThat(one.used("users/** bytes each users/*")).isEqualTo(600 + SIZE);
        assertThat(one.used("users/** tags each")).isEqualTo(1);
        denied(() -> one.push("users/a/y", Content.random(401)));
    }

    @Test
    void refusalTellsThreeRepositoriesThatUseMost() throws Exception {
        one = start("quota ** bytes 1000");
        for (int i = 1; i <= 4; i++) {
            one.push("r" + i, Content.random(100 * i));
        }
        one.count();

        RegistryException refusal = denied(() -> one.push("a", Content.random(1)));
        QuotaExcess excess = refusal.excess().orElseThrow();

        assertThat(excess.by()).containsExactly(new User("r4", 400), new User("r3", 300), new User("r2", 200));
        assertThat(json(Errors.of(refusal, name -> name.value().equals("r3"))))
                .isEqualTo(
                        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"quota exceeded: ** may have 1 kB and has 1 kB\","
                                + "\"detail\":{\"asked\":1,\"by\":[{\"repository\":\"r3\",\"used\":300}],\"kind\":\"bytes\","
                                + "\"limit\":1000,\"of\":\"**\",\"quota\":\"quota ** bytes 1000\",\"used\":1000}}]}");
        assertThat(json(Errors.of(refusal))).contains("\"by\":[]");
    }

    private static String json(Errors errors) {
        return new String(new Json().write(errors), StandardCharsets.UTF_8);
    }

    @Test
    void nothingIsRefusedBeforeTheFirstCount() throws Exception {
        one = start("quota ** bytes 10");
        assertThat(one.quotas.isInForce()).isFalse();
        one.push("a", Content.random(11));

        one.count();

        assertThat(one.quotas.isInForce()).isTrue();
        denied(() -> one.push("a", Content.random(12)));
    }

    @Test
    void uploadThatIsRefusedLeavesNoBytes() throws Exception {
        startAndCount("quota ** bytes 1000");
        RepositoryName name = RepositoryName.parse("a");
        byte[] content = Content.random(1001);

        var id = one.uploads.start(name, Algorithm.SHA256);
        one.uploads.append(name, id, Optional.empty(), Bodies.of(content));
        denied(() -> one.uploads.complete(name, id, Digest.of(content), Optional.empty(), Bodies.of(new byte[0])));
        var second = one.uploads.start(name, Algorithm.SHA256);
        ByteRange range = ByteRange.parseContentRange("0-1000");
        denied(() -> one.uploads.append(name, second, Optional.of(range), Bodies.of(content)));

        assertThat(one.stores.files()).isEmpty();
        one.stores.assertNoLeftovers();
        assertThatThrownBy(() -> one.uploads.status(name, id)).hasMessageContaining("no upload");
    }

    @Test
    void blobThatIsThereIsTakenThoughTheQuotaIsUsedUp() throws Exception {
        startAndCount("quota ** bytes 1000");
        RepositoryName name = RepositoryName.parse("a");
        byte[] content = Content.random(1000);
        var id = one.uploads.start(name, Algorithm.SHA256);
        one.push("a", content);

        one.uploads.complete(name, id, Digest.of(content), Optional.empty(), Bodies.of(content));

        denied(() -> one.uploads.start(name, Algorithm.SHA256));
        assertThat(one.used("** bytes")).isEqualTo(1000);
    }

    @Test
    void failedPushGivesItsRoomBack() throws Exception {
        startAndCount("quota ** bytes 1000", "quota ** tags 5");
        assertThatThrownBy(() -> one.uploads.put(
                        RepositoryName.parse("a"), Digest.of(new byte[] {1}), Bodies.of(Content.random(900))))
                .hasMessageContaining("the digest given is");
        assertThatThrownBy(() -> one.push("a", "latest", Content.index(Digest.of(new byte[] {1}))))
                .hasMessageContaining("not in a");

        assertThat(one.used("** bytes")).isZero();
        assertThat(one.used("** tags")).isZero();
        one.push("a", Content.random(1000));
    }

    /** Its client sends a blob twice, or two clients have the same one. */
    @Test
    void blobThatIsPushedTwiceAtOnceNeedsRoomOnce() throws Exception {
        startAndCount("quota ** bytes 1000");
        RepositoryName name = RepositoryName.parse("a");
        Digest digest = INDEX.digest();

        Admission first = one.quotas.admit(name, digest, 900, () -> false);
        Admission second = one.quotas.admit(name, digest, 900, () -> false);
        Admission third = one.quotas.admit(RepositoryName.parse("b"), digest, 900, () -> false);
        assertThat(one.used("** bytes")).isEqualTo(900);
        first.close(); // it failed
        assertThat(one.used("** bytes")).isEqualTo(900);
        second.stored(true);
        second.close();
        assertThat(one.used("** bytes")).isEqualTo(900);
        third.close();

        assertThat(one.used("** bytes")).isEqualTo(900);
        denied(() -> one.push("c", Content.random(101)));
        one.push("c", Content.random(100));
    }

    @Test
    void pushesToTheLastNewRepositoryAtOnceAreAllTaken() throws Exception {
        Files.writeString(rules, "quota ** repositories 1");
        Hook hook = new Hook();
        one = new Instance(new Stores(root, 4, hook), rules);
        one.count();
        RepositoryName name = RepositoryName.parse("a");
        CountDownLatch marking = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger uses = new AtomicInteger();
        hook.before = () -> {
            if (Thread.currentThread().getName().equals("first") && uses.incrementAndGet() == 2) { // the mark
                marking.countDown();
                await(done);
            }
        };
        Thread first = new Thread(
                () -> one.quotas.admit(name, INDEX.digest(), 1, () -> false).close(), "first");
        first.start();
        marking.await();

        one.quotas.requireRoom(name, 1);
        one.quotas.admit(name, INDEX.digest(), 1, () -> false).close();
        done.countDown();
        first.join();

        assertThat(one.used("** repositories")).isEqualTo(1);
        denied(() -> one.push("b", Content.random(1)));
    }

    private static void await(CountDownLatch done) {
        try {
            done.await(1, TimeUnit.SECONDS); // the second push may wait for the first
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void repositoryWhosePushHasFailedMayBePushedAgain() throws Exception {
        startAndCount("quota ** repositories 1");
        RepositoryName name = RepositoryName.parse("a");
        one.quotas.admit(name, INDEX.digest(), 1, () -> false).close(); // and then the share failed

        Instance two = new Instance(new Stores(root), rules);
        one.quotas.exchange();
        two.quotas.exchange();
        two.push("a", Content.random(1));

        assertThat(two.used("** repositories")).isEqualTo(1);
        denied(() -> two.push("b", Content.random(1)));
    }

    @Test
    void blobThatCountsAlreadyIsTakenThoughItsBytesHaveNoRoom() throws Exception {
        startAndCount("quota ** bytes 1000");
        byte[] content = Content.random(900);
        Digest digest = one.push("a", content);

        one.uploads.put(RepositoryName.parse("b"), digest, 900, Bodies.of(content));
        RepositoryName name = RepositoryName.parse("c");
        UUID id = one.uploads.start(name, Algorithm.SHA256);
        one.uploads.append(name, id, Optional.empty(), Bodies.of(content));
        one.uploads.complete(name, id, digest, Optional.empty(), Bodies.of(new byte[0]));

        assertThat(one.used("** bytes")).isEqualTo(900);
    }

    @Test
    void blobThatCannotFitLeavesNoDirectory() throws Exception {
        startAndCount("quota ** bytes 1000");
        byte[] content = Content.random(1001);

        denied(() -> one.uploads.put(RepositoryName.parse("a"), Digest.of(content), 1001, Bodies.of(content)));

        assertThat(one.stores.at("repositories/a")).doesNotExist();
    }

    @Test
    @Timeout(20)
    void deleteOfManyTagsAsksTheRulesOnce() throws Exception {
        String[] lines = new String[10_000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "quota **" + i + "/x** tags 1";
        }
        one = start(lines);

        for (int i = 0; i < 50_000; i++) {
            one.quotas.untagged(RepositoryName.parse("a/repository/of/a/team"), new Tag("latest"));
        }
    }

    @Test
    void changedLimitHoldsAtOnceAndBadFileChangesNothing() throws Exception {
        startAndCount("quota ** bytes 1000");
        one.push("a", Content.random(600));

        Files.writeString(rules, "quota ** bytes 700\n");
        one.quotas.exchange();
        denied(() -> one.push("a", Content.random(101)));
        Files.writeString(rules, "quota ** bytes 70000\nquota ** byte 7\n");
        one.quotas.exchange();

        denied(() -> one.push("a", Content.random(101)));
        assertThat(one.quotas.isInForce()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Instance(new Stores(root), rules))
                .withMessageContaining(
                        "registry.quota.rules: " + rules + ": line 2: not bytes, tags or repositories: byte");
    }

    @Test
    void newQuotaIsInForceAfterItsCountAndOldOnesMeanwhile() throws Exception {
        startAndCount("quota a bytes 1000");
        one.push("a", Content.random(1000));
        Files.writeString(rules, "quota a bytes 1000\nquota b bytes 1000\n");
        one.quotas.exchange();

        denied(() -> one.push("a", Content.random(1)));
        one.push("b", Content.random(1001));
        one.count();

        denied(() -> one.push("b", Content.random(1)));
    }

    @Test
    void pushWithRoomNeedsNoOperationMore() throws Exception {
        assertThat(operations("quota ** bytes 1000000", "quota ** tags 100")).isEqualTo(operations());
    }

    @Test
    void numberOfRepositoriesCostsTwoOperationsAtTheirFirstPush() throws Exception {
        assertThat(operations("quota ** repositories 10")).isEqualTo(operations() + 2);
    }

    /** Of pushes to one repository; opened files are not counted again for each read. */
    private int operations(String... lines) throws Exception {
        AtomicInteger count = new AtomicInteger();
        Path tree = Files.createTempDirectory(directory, "operations");
        Stores stores = new Stores(tree, new Steps() {
            @Override
            public void next() {
                count.incrementAndGet();
            }

            @Override
            public boolean await() {
                return false;
            }
        });
        Files.writeString(rules, lines.length == 0 ? "quota other bytes 1" : String.join("\n", lines));
        Instance instance = new Instance(stores, rules);
        instance.count();
        count.set(0);
        instance.push("a", Content.random(100));
        instance.push("a", Content.random(200));
        instance.push("a", Content.random(100));
        instance.push("a", "latest", INDEX);
        instance.push("a", "latest", INDEX);
        return count.get();
    }

    @Test
    void withoutRulesTheShareIsNotTouched() {
        Stores stores = new Stores(root);
        Quotas none = TestQuotas.none();

        try (Admission room = none.admit(RepositoryName.parse("a"), INDEX.digest(), 1, () -> false)) {
            room.stored(true);
        }
        none.requireRoom(RepositoryName.parse("a"), 1);
        none.untagged(RepositoryName.parse("a"), new Tag("latest"));

        assertThat(none.count(() -> false)).isEmpty();
        assertThat(none.limit(RepositoryName.parse("a"))).isFalse();
        assertThat(Set.of(root.toFile().list())).doesNotContain(".quota");
        assertThat(stores.files()).isEmpty();
    }
}
