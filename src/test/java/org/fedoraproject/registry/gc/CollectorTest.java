package org.fedoraproject.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.StackWalker.StackFrame;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.fedoraproject.registry.duty.Throttle;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.repository.Uploads;
import org.fedoraproject.registry.store.CollectionFiles;
import org.fedoraproject.registry.store.LeaseConfig;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.RunFiles;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.CallStack;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {
    private static final RepositoryName NAME = RepositoryName.parse("a");
    private static final RepositoryName OTHER = RepositoryName.parse("b/c");
    private static final Tag TAG = Tag.parse("t");
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration UNUSED = Duration.ofSeconds(4);
    private final FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(30)));

    @TempDir
    Path root;

    private Stores stores;
    private Manifests manifests;
    private Uploads uploads;
    private boolean readOnly;
    private Optional<Duration> untaggedAfter = Optional.empty();

    @BeforeEach
    void open() {
        open(new Stores(root));
    }

    private void takeUntagged() {
        untaggedAfter = Optional.of(UNUSED);
        open(Stores.takingUntagged(root, UNUSED));
    }

    private void open(Stores opened) {
        stores = opened;
        manifests = new Manifests(
                stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());
        uploads = new Uploads(stores.uploads(), stores.links(), stores.blobs(), TestQuotas.none());
    }

    @Test
    void garbageIsTrashedByOneCollectionAndPurgedByALaterOne() throws Exception {
        Digest config = push(NAME, "{}");
        Digest layer = push(NAME, "layer");
        put(NAME, TAG, Content.image(config, layer));
        age();
        List<String> needed = stores.files();
        Digest garbage = push(NAME, "garbage");
        age();

        CollectionReport first = collect();

        assertThat(first.status()).as(first.reason()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(first.figures().trashedBlobs()).isEqualTo(1);
        assertThat(first.figures().trashedBytes()).isEqualTo("garbage".length());
        assertThat(first.figures().trashedLinks()).isEqualTo(1);
        assertThat(first.figures().liveBlobs()).isEqualTo(3);
        assertThat(stores.files()).isEqualTo(needed);
        assertThat(trash()).hasSize(2);
        assertThat(collect().figures().purgedBlobs()).as("at once").isZero();
        assertThat(trash()).hasSize(2);

        Thread.sleep(GRACE.plusMillis(300).toMillis());
        CollectionReport last = collect();

        assertThat(last.figures().purgedBlobs()).isEqualTo(1);
        assertThat(last.figures().purgedBytes()).isEqualTo("garbage".length());
        assertThat(last.figures().purgedLinks()).isEqualTo(1);
        assertThat(trash()).isEmpty();
        assertThat(stores.files()).isEqualTo(needed);
        assertThat(stores.at("blobs/sha256/" + garbage.hex().substring(0, 2) + "/" + garbage.hex()))
                .doesNotExist();
        assertThat(Files.readString(root.resolve(".gc/reports/" + last.id() + ".log")))
                .contains("purged blob " + garbage)
                .contains("purged link a " + garbage);
        assertThat(collector().last()).map(CollectionReport::figures).hasValue(last.figures());
    }

    @Test
    void longestGraceTimeOfAnInstanceCounts() throws Exception {
        push(NAME, "not used for 30 days");
        age();
        stores.graceRecords().put(Duration.ofDays(40));
        stores.graceRecords().put(Duration.ofDays(1));

        assertThat(collect().figures().trashedBlobs()).isZero();

        try (Stream<Path> records = Files.list(root.resolve(".gc/grace"))) {
            for (Path record : records.toList()) {
                Files.setLastModifiedTime(record, FileTime.from(Instant.now().minus(Duration.ofDays(41))));
            }
        }
        assertThat(collect().figures().trashedBlobs())
                .as("long after that instance was stopped")
                .isEqualTo(1);
        assertThat(root.resolve(".gc/grace")).isEmptyDirectory();
    }

    /** Another version may have written it, and may rely on any grace time. */
    @Test
    void graceTimeThatNobodyCanReadCountsAsLong() throws Exception {
        push(NAME, "not used for 30 days");
        age();
        Path record = root.resolve(".gc/grace/unreadable");
        Files.createDirectories(record.getParent());
        Files.writeString(record, "24 hours");
        stores.graceRecords().put(Duration.ofHours(1));

        assertThat(stores.graceRecords().longest(GRACE, Instant.now())).isEqualTo(Duration.ofDays(30));

        Files.setLastModifiedTime(record, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
        assertThat(stores.graceRecords().longest(GRACE, Instant.now())).isEqualTo(Duration.ofHours(1));
        assertThat(record).doesNotExist();
    }

    /** As where the clock of the host has jumped, and the server's has not. */
    @Test
    void graceTimeCountsByTheTimeThatIsGiven() {
        stores.graceRecords().put(Duration.ofHours(1));

        assertThat(stores.graceRecords().longest(GRACE, Instant.now().minus(Duration.ofDays(400))))
                .isEqualTo(Duration.ofHours(1));
        assertThat(stores.graceRecords().longest(GRACE, Instant.now().plus(Duration.ofDays(400))))
                .isEqualTo(GRACE);
        assertThat(root.resolve(".gc/grace")).isEmptyDirectory();
    }

    /** As where another instance deletes it in this moment. */
    @Test
    void fileOfTheRunThatVanishesIsAFailureOfTheStorage() throws Exception {
        Path live = root.resolve(".gc/live");
        Files.createDirectories(live.getParent());
        Files.createSymbolicLink(live, root.resolve("nowhere/live"));

        assertThatThrownBy(() -> stores.collectionFiles()
                        .run(false)
                        .append(RunFiles.Growing.LIVE, 0, ByteBuffer.wrap(bytes("x"))))
                .isInstanceOf(RegistryException.class);
    }

    @Test
    void whatIsYoungStays() {
        push(NAME, "young");
        List<String> before = stores.files();

        collect();

        assertThat(stores.files()).isEqualTo(before);
    }

    @Test
    void everythingThatAManifestNeedsStays() throws Exception {
        Manifest child = Content.image(push(NAME, "{}"), push(NAME, "layer"));
        put(NAME, child.digest(), child);
        put(NAME, TAG, Content.index(child.digest()));
        Manifest subject = Content.image(push(NAME, "{}"), push(NAME, "of the subject"));
        put(NAME, subject.digest(), subject);
        Manifest referrer = Content.artifact("a/b", subject.digest(), "says");
        put(NAME, referrer.digest(), referrer);
        byte[] other = bytes("known by sha512");
        Digest sha512 = Digest.of(Digest.Algorithm.SHA512, other);
        uploads.put(NAME, sha512, new ByteArrayInputStream(other));
        Manifest named = Content.image(push(NAME, "{}"), sha512);
        manifests.put(NAME, Digest.of(Digest.Algorithm.SHA512, named.bytes()), List.of(), named);
        assertNothingIsCollected();
    }

    @Test
    void manifestThatOnlyATagNamesStays() throws Exception {
        Manifest image = Content.image(push(NAME, "{}"), push(NAME, "layer"));
        put(NAME, TAG, image);
        Files.delete(stores.at(
                "repositories/a/_manifests/revisions/sha256/" + image.digest().hex() + "/link"));
        assertNothingIsCollected();
    }

    @Test
    void manifestThatIsLinkedAsALayerStays() throws Exception {
        Manifest image = Content.image(push(NAME, "{}"), push(NAME, "layer"));
        stores.layer(NAME, image.bytes());
        assertNothingIsCollected();
    }

    @Test
    void repositoryWithABrokenManifestKeepsAllThatItHas() throws Exception {
        Digest missing = Digest.of(bytes("missing"));
        stores.links().putRevision(NAME, missing, missing);
        Digest broken = push(OTHER, "no manifest");
        stores.links().putRevision(OTHER, broken, broken);
        push(NAME, "may be needed");
        push(OTHER, "may be needed too");
        CollectionReport report = assertNothingIsCollected();

        assertThat(report.figures().broken()).isEqualTo(2);
        assertThat(Files.readString(root.resolve(".gc/reports/" + report.id() + ".log")))
                .contains("broken: in a, manifest " + missing + " is missing")
                .contains("broken: in b/c, manifest " + broken + " is no manifest");
    }

    @Test
    void deletedManifestIsGarbage() throws Exception {
        Manifest image = Content.image(push(NAME, "{}"), push(NAME, "layer"));
        put(NAME, TAG, image);
        manifests.delete(NAME, image.digest());
        age();

        collect();

        assertThat(stores.files()).isEmpty();
    }

    @Test
    void deletedSubjectIsGarbageAndItsReferrerIsNot() throws Exception {
        Manifest subject = Content.image(push(NAME, "{}"), push(NAME, "layer"));
        put(NAME, TAG, subject);
        Manifest referrer = Content.artifact("a/b", subject.digest(), "says");
        put(NAME, referrer.digest(), referrer);
        manifests.delete(NAME, subject.digest());
        age();

        collect();

        assertThat(stores.files())
                .filteredOn(file -> file.startsWith("blobs/"))
                .singleElement()
                .asString()
                .contains(referrer.digest().hex());
    }

    @Test
    void linkThatNoManifestNeedsGoesWhereTheBlobIsNeededElsewhere() throws Exception {
        Digest layer = push(NAME, "layer");
        put(OTHER, TAG, Content.image(push(OTHER, "{}"), push(OTHER, "layer")));
        age();

        CollectionReport report = collect();

        assertThat(report.figures().trashedLinks()).isEqualTo(1);
        assertThat(report.figures().trashedBlobs()).isZero();
        assertThat(stores.files())
                .noneMatch(file -> file.startsWith("repositories/a/_layers/sha256/" + layer.hex()))
                .anyMatch(file -> file.startsWith("repositories/b/c/_layers/sha256/" + layer.hex()));
    }

    @Test
    void neededBlobInTheTrashComesBack() throws Exception {
        Digest layer = push(NAME, "layer");
        put(NAME, TAG, Content.image(push(NAME, "{}"), layer));
        age();
        List<String> before = stores.files();
        trash(layer);

        CollectionReport report = collect();

        assertThat(report.figures().restored()).isEqualTo(2);
        assertThat(stores.files()).isEqualTo(before);
        assertThat(trash()).isEmpty();
    }

    @Test
    void secondCopyInTheTrashOfWhatIsNeededGoes() throws Exception {
        Digest layer = push(NAME, "layer");
        put(NAME, TAG, Content.image(push(NAME, "{}"), layer));
        age();
        trash(layer);
        List<Path> copies = trash();
        Files.createDirectories(root.resolve("copies"));
        for (int i = 0; i < copies.size(); i++) {
            Files.copy(copies.get(i), root.resolve("copies/" + i), StandardCopyOption.COPY_ATTRIBUTES);
        }
        collect();
        List<String> before = stores.files();
        for (int i = 0; i < copies.size(); i++) {
            Files.createDirectories(copies.get(i).getParent());
            Files.move(root.resolve("copies/" + i), copies.get(i));
        }

        assertThat(collect().figures().restored()).isZero();
        assertThat(trash()).as("put there just now").hasSize(2);
        Thread.sleep(GRACE.plusMillis(300).toMillis());
        assertThat(collect().figures().restored()).isZero();

        assertThat(trash()).isEmpty();
        assertThat(stores.files()).isEqualTo(before);
    }

    @Test
    void whatAManifestNeedsThatIsLinkedAsALayerComesBackWithIt() throws Exception {
        Digest layer = push(NAME, "layer");
        Digest config = push(NAME, "{}");
        Digest image = stores.layer(NAME, Content.image(config, layer).bytes());
        age();
        List<String> before = stores.files();
        trash(image);
        trash(layer);
        trash(config);
        Thread.sleep(GRACE.plusMillis(300).toMillis());

        CollectionReport report = collect();

        assertThat(stores.files()).isEqualTo(before);
        assertThat(report.figures().restored()).isEqualTo(6);
    }

    @Test
    void brokenRepositoryGetsBackFromTheTrashAllThatItHad() throws Exception {
        Digest missing = Digest.of(bytes("missing"));
        stores.links().putRevision(NAME, missing, missing);
        Digest layer = push(NAME, "may be needed");
        age();
        List<String> before = stores.files();
        trash(layer);
        Thread.sleep(GRACE.plusMillis(300).toMillis());

        collect();

        assertThat(stores.files()).isEqualTo(before);
    }

    @Test
    void unreadableManifestKeepsAllBlobs() throws Exception {
        put(OTHER, TAG, Content.image(push(OTHER, "{}"), push(OTHER, "layer")));
        Digest garbage = push(NAME, "garbage");
        age();

        CollectionReport report = collectFailing("follow");

        assertThat(report.status()).isEqualTo(CollectionStatus.INCOMPLETE);
        assertThat(report.figures().unreadable()).isEqualTo(1);
        assertThat(stores.blobs().size(garbage)).isPresent();
        assertThat(stores.files()).anyMatch(file -> file.startsWith("repositories/b/c/_layers/"));
    }

    @Test
    void linkThatCannotBeReadKeepsAllBlobsAndTheRunGoesOn() throws Exception {
        push(NAME, "garbage");
        put(OTHER, TAG, Content.image(push(OTHER, "{}"), push(OTHER, "layer")));
        age();

        CollectionReport report = collectFailing("markTag");

        assertThat(report.status()).isEqualTo(CollectionStatus.INCOMPLETE);
        assertThat(report.reason()).contains("tag t in b/c").contains("no blob was collected");
        assertThat(report.figures().repositories()).isEqualTo(2);
        assertThat(report.figures().trashedLinks())
                .as("of the other repository")
                .isEqualTo(1);
        assertThat(report.figures().trashedBlobs()).isZero();
    }

    @Test
    void fileThatCannotBeMovedIsLeftAlone() throws Exception {
        push(NAME, "garbage");
        push(OTHER, "more garbage");
        age();
        int[] failures = {0};

        CollectionReport report = collectFailing("trashNow", () -> failures[0]++ == 0);

        assertThat(report.status()).isEqualTo(CollectionStatus.INCOMPLETE);
        assertThat(report.figures().failed()).isEqualTo(1);
        assertThat(report.figures().trashedLinks()).isEqualTo(1);
        assertThat(report.figures().trashedBlobs()).isEqualTo(2);
        assertThat(Files.readString(root.resolve(".gc/reports/" + report.id() + ".log")))
                .contains("failed: link a ");
        assertThat(collect().status()).isEqualTo(CollectionStatus.COMPLETED);
    }

    @Test
    void manyFailuresInARowEndTheRun() throws Exception {
        for (int i = 0; i < 50; i++) {
            put(NAME, Tag.parse("t" + i), Content.image(push(NAME, "{}"), push(NAME, "layer " + i)));
            stores.blobs().put(Digest.of(bytes("garbage " + i)), bytes("garbage " + i));
        }
        age();

        assertThat(collectFailing("follow").status()).as("manifests").isEqualTo(CollectionStatus.FAILED);
        assertThat(collectFailing("trashNow").status()).as("blobs").isEqualTo(CollectionStatus.FAILED);
        collect();
        collect(); // what the first one continues leaves alone what has failed
        assertThat(trash()).filteredOn(file -> file.endsWith("data")).hasSize(50);
    }

    @Test
    void fullShareIsCollected() throws Exception {
        put(OTHER, TAG, Content.image(push(OTHER, "{}"), push(OTHER, "layer")));
        age();
        List<String> needed = stores.files();
        push(NAME, "garbage");
        age();
        Stores full = failing(
                frame -> frame.getClassName().contains(".store.")
                        && List.of("putState", "append", "finish").contains(frame.getMethodName()),
                () -> RegistryException.storageFull(null));

        CollectionReport report =
                collector(full, true, 100_000).run(new CollectionRequest(false), p -> {}, () -> false);

        assertThat(report.status()).as(report.reason()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(stores.files()).isEqualTo(needed);
    }

    @Test
    void usesTheRoomThatTheLastCollectionHasKeptForAClaim() throws Exception {
        push(NAME, "garbage");
        age();
        assertThat(collect().status()).isEqualTo(CollectionStatus.COMPLETED);
        Path reserve = root.resolve(".gc/reserve");
        assertThat(reserve).hasSize(64 * 1024);
        Stores full = failing(
                frame -> frame.getClassName().endsWith("ShareClaim") && Files.exists(reserve),
                () -> RegistryException.storageFull(null));

        CollectionReport report =
                collector(full, true, 100_000).run(new CollectionRequest(false), p -> {}, () -> false);

        assertThat(report.status()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(reserve).exists();
    }

    @Test
    void refusesIfTheShareHasNoRoomForAClaim() throws Exception {
        Stores full = failing(
                frame -> frame.getClassName().endsWith("ShareClaim"), () -> RegistryException.storageFull(null));

        CollectionReport report =
                collector(full, true, 100_000).run(new CollectionRequest(false), p -> {}, () -> false);

        assertThat(report.status()).isEqualTo(CollectionStatus.REFUSED);
        assertThat(report.reason()).contains("the share is so full");
    }

    private CollectionReport collectFailing(String method) {
        return collectFailing(method, () -> true);
    }

    /** Collects with a share that fails in a method of the collection. */
    private CollectionReport collectFailing(String method, BooleanSupplier fails) {
        Stores failing = failing(
                frame -> frame.getMethodName().equals(method)
                        && frame.getClassName().startsWith("org.fedoraproject.registry.gc.R")
                        && fails.getAsBoolean(),
                () -> RegistryException.unavailable(Duration.ofSeconds(1), null));
        return collector(failing, true, 100_000).run(new CollectionRequest(false), p -> {}, () -> false);
    }

    private Stores failing(Predicate<StackFrame> inside, Supplier<RegistryException> failure) {
        return new Stores(root, new Steps() {
            @Override
            public void next() {
                if (CallStack.has(inside)) {
                    throw failure.get();
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });
    }

    @Test
    void repositoryBehindASymbolicLinkKeepsAllBlobs() throws Exception {
        put(OTHER, TAG, Content.image(push(OTHER, "{}"), push(OTHER, "layer")));
        push(NAME, "garbage");
        Files.move(stores.at("repositories/b"), root.resolve("elsewhere"));
        Files.createSymbolicLink(stores.at("repositories/b"), root.resolve("elsewhere"));
        age();

        CollectionReport report = collect();

        assertThat(report.status()).isEqualTo(CollectionStatus.INCOMPLETE);
        assertThat(report.reason()).contains("docker/registry/v2/repositories/b is a symbolic link");
        assertThat(report.figures().trashedBlobs()).isZero();
        assertThat(manifests.get(OTHER, TAG, Optional.empty()).digest()).isNotNull();
        assertThat(Files.readString(root.resolve(".gc/reports/" + report.id() + ".log")))
                .contains("unreadable: docker/registry/v2/repositories/b is a symbolic link");
    }

    @Test
    void pullOfAManifestTouchesNothingThatItNeeds() throws Exception {
        Digest layer = push(NAME, "layer");
        put(NAME, TAG, Content.image(push(NAME, "{}"), layer));
        age();

        Path data = stores.at("blobs/sha256/" + layer.hex().substring(0, 2) + "/" + layer.hex() + "/data");
        FileTime before = Files.getLastModifiedTime(data);

        manifests.get(NAME, TAG, Optional.empty());

        assertThat(Files.getLastModifiedTime(data)).isEqualTo(before);
    }

    @Test
    void uploadsStay() throws Exception {
        uploads.start(NAME, Digest.Algorithm.SHA256);
        assertNothingIsCollected();
    }

    @Test
    void dryRunOnlyCounts() throws Exception {
        push(NAME, "garbage");
        age();
        List<String> before = stores.files();

        CollectionReport report =
                collector(stores, false, 100_000).run(new CollectionRequest(true), progress -> {}, () -> false);

        assertThat(report.status()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(report.figures().trashedBlobs()).isEqualTo(1);
        assertThat(report.figures().trashedLinks()).isEqualTo(1);
        assertThat(stores.files()).isEqualTo(before);
        assertThat(trash()).isEmpty();
    }

    @Test
    void interruptedCollectionIsContinued() throws Exception {
        for (int i = 0; i < 20; i++) {
            push(NAME, "garbage " + i);
        }
        age();
        Collector slow = collector(stores, true, 10);
        List<CollectionProgress> told = new ArrayList<>();

        CollectionReport first = slow.run(new CollectionRequest(false), told::add, () -> true);
        assertThat(collector().last()).map(CollectionReport::status).hasValue(CollectionStatus.STOPPED);
        Thread.sleep(50);
        CollectionReport second = collect();

        assertThat(first.status()).isEqualTo(CollectionStatus.STOPPED);
        assertThat(first.id()).isEqualTo(second.id());
        assertThat(collector().last()).map(CollectionReport::status).hasValue(CollectionStatus.COMPLETED);
        assertThat(told).isNotEmpty();
        assertThat(second.status()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(stores.files()).isEmpty();
    }

    /** Every instance asks every few seconds. */
    @Test
    void howTheLastOneWentIsOneReportToRead() {
        for (int i = 0; i < 5; i++) {
            collect();
        }
        AtomicInteger uses = new AtomicInteger();
        Stores counting = new Stores(root, new Steps() {
            @Override
            public void next() {
                uses.incrementAndGet();
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        assertThat(collector(counting, true, 100_000).last()).isPresent();
        assertThat(uses.get()).isEqualTo(2); // the directory, and the report
    }

    @Test
    void stoppedCollectionIsContinuedWhereItWas() throws Exception {
        for (int i = 0; i < 20; i++) {
            push(RepositoryName.parse("r" + i), "garbage " + i);
        }
        age();
        int[] asked = {0};

        CollectionReport first =
                collector(stores, true, 30).run(new CollectionRequest(false), progress -> {}, () -> asked[0]++ > 1);
        CollectionReport second = collect();

        assertThat(first.status()).isEqualTo(CollectionStatus.STOPPED);
        assertThat(first.figures().repositories()).isBetween(1L, 19L);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.figures().repositories()).isEqualTo(20);
        assertThat(second.figures().trashedLinks()).isEqualTo(20);
        assertThat(Files.readAllLines(root.resolve(".gc/reports/" + second.id() + ".log")))
                .filteredOn(line -> line.startsWith("trashed link"))
                .hasSize(20);
    }

    @Test
    void stateOfAKilledCollectionIsTakenUp() throws Exception {
        push(NAME, "garbage");
        age();
        Instant begin = Instant.now().minus(Duration.ofDays(20));
        RunState state = sweeping(begin, "sha256/zz", LiveSet.NOTHING);
        stores.collectionFiles().run(false).putState(state.toJson());

        CollectionReport report = collect();

        assertThat(report.begin()).isEqualTo(begin);
        assertThat(report.id()).isEqualTo(state.id());
        assertThat(report.figures().trashedBlobs())
                .as("in groups that were done")
                .isZero();
        assertThat(collect().figures().trashedBlobs()).isEqualTo(1);
    }

    @Test
    void dryRunLeavesTheStateOfAKilledCollection() throws Exception {
        push(NAME, "garbage");
        age();
        RunState state = sweeping(Instant.now().minusSeconds(100), "sha256/zz", LiveSet.NOTHING);
        stores.collectionFiles().run(false).putState(state.toJson());

        CollectionReport dry = collector().run(new CollectionRequest(true), progress -> {}, () -> false);

        assertThat(dry.figures().trashedBlobs()).isEqualTo(1);
        assertThat(collect().id()).isEqualTo(state.id());
    }

    @Test
    void collectionWhoseLiveSetIsDamagedBeginsAnew() throws Exception {
        put(NAME, TAG, Content.image(push(NAME, "{}"), push(NAME, "layer")));
        age();
        List<String> before = stores.files();
        for (int lost : new int[] {1, 16, 48}) {
            LiveSet.Saved saved = saveAllAsLive();
            Path live = root.resolve(".gc/live");
            byte[] bytes = Files.readAllBytes(live);
            Files.write(live, Arrays.copyOf(bytes, bytes.length - lost));
            RunState state = sweeping(Instant.now().minusSeconds(100), "", saved);
            stores.collectionFiles().run(false).putState(state.toJson());

            CollectionReport report = collect();

            assertThat(report.status()).isEqualTo(CollectionStatus.COMPLETED);
            assertThat(report.id()).as("less %d bytes", lost).isNotEqualTo(state.id());
            assertThat(stores.files()).isEqualTo(before);
        }
        LiveSet.Saved saved = saveAllAsLive();
        byte[] bytes = Files.readAllBytes(root.resolve(".gc/live"));
        bytes[3] ^= 1;
        Files.write(root.resolve(".gc/live"), bytes);
        stores.collectionFiles()
                .run(false)
                .putState(sweeping(Instant.now().minusSeconds(100), "", saved).toJson());

        collect();

        assertThat(stores.files()).as("with a wrong bit").isEqualTo(before);
    }

    /** Saves the live set of a tree in which everything is needed. */
    private LiveSet.Saved saveAllAsLive() {
        LiveSet live = new LiveSet(stores.collectionFiles().run(false));
        stores.files().stream()
                .filter(file -> file.startsWith("blobs/"))
                .forEach(file -> live.add(Digest.parse("sha256:" + file.split("/")[3])));
        return live.save().orElseThrow();
    }

    private static RunState sweeping(Instant begin, String after, LiveSet.Saved live) {
        return new RunState(
                "20260102T030405.678Z",
                begin,
                Instant.now(),
                GRACE,
                false,
                CollectionProgress.Phase.SWEEP,
                after,
                live,
                0,
                0,
                new Counters());
    }

    @Test
    void listOfActionsHasAnEnd() throws Exception {
        Run run = new Run(
                new Run.Surroundings(
                        stores.collectionFiles(),
                        stores.garbage(),
                        new Throttle(1000, () -> false),
                        () -> false,
                        progress -> {},
                        Optional.empty()),
                sweeping(Instant.now(), "", LiveSet.NOTHING),
                new LiveSet(stores.collectionFiles().run(false)),
                0);
        String line = "x".repeat(100_000);
        for (int i = 0; i < 200; i++) {
            run.note(line);
        }

        CollectionReport report = run.finish(CollectionStatus.COMPLETED, "");

        Path log = root.resolve(".gc/reports/" + report.id() + ".log");
        assertThat(Files.size(log)).isBetween(16L * 1024 * 1024, 17L * 1024 * 1024);
        assertThat(Files.readAllLines(log).getLast()).isEqualTo("32 more lines are left out");
    }

    @Test
    void liveSetOfAKilledCollectionIsTakenUp() {
        RunFiles files = stores.collectionFiles().run(false);
        LiveSet live = new LiveSet(files);
        for (int i = 0; i < 10_000; i++) {
            live.add(Digest.of(bytes("blob " + i)));
        }
        LiveSet.Saved saved = live.save().orElseThrow();
        live.add(Digest.of(bytes("not saved")));

        LiveSet loaded = LiveSet.load(files, saved).orElseThrow();

        assertThat(loaded.size()).isEqualTo(10_000);
        assertThat(loaded.contains(Digest.of(bytes("blob 9999")))).isTrue();
    }

    @Test
    void onlyOneCollectionRuns() {
        CollectionFiles other = new Stores(root).collectionFiles();
        assertThat(other.claim()).isTrue();

        CollectionReport report = collect();

        assertThat(report.status()).isEqualTo(CollectionStatus.REFUSED);
        assertThat(report.reason()).isEqualTo("another collection is running");
        other.releaseClaim();
        assertThat(collect().status()).isEqualTo(CollectionStatus.COMPLETED);
    }

    @Test
    void onlyOneCollectionRunsOnAnInstance() {
        push(NAME, "kept");
        Collector collector = collector(stores, true, 10);
        List<CollectionReport> meanwhile = new ArrayList<>();

        CollectionReport report = collector.run(new CollectionRequest(false), progress -> {}, () -> {
            meanwhile.add(collector.run(new CollectionRequest(true), progress -> {}, () -> false));
            return false;
        });

        assertThat(report.status()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(meanwhile).isNotEmpty().allMatch(second -> second.status() == CollectionStatus.REFUSED);
    }

    @Test
    void claimOfADeadInstanceIsTakenOver() throws IOException {
        CollectionFiles other = new Stores(root).collectionFiles();
        assertThat(other.claim()).isTrue();
        Files.setLastModifiedTime(root.resolve(".gc/claim"), old);

        assertThat(collect().status()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(other.renewClaim()).isFalse();
    }

    @Test
    void claimWithATimeInTheFutureIsTakenOver() throws IOException {
        assertThat(new Stores(root).collectionFiles().claim()).isTrue();
        Files.setLastModifiedTime(
                root.resolve(".gc/claim"), FileTime.from(Instant.now().plus(Duration.ofDays(1))));

        assertThat(collect().status()).isEqualTo(CollectionStatus.COMPLETED);
    }

    @Test
    void refusesWhileItIsReadOnlyOrNotEnabled() {
        readOnly = true;
        assertThat(collect().reason()).isEqualTo("the registry is read-only");
        readOnly = false;

        CollectionReport report =
                collector(stores, false, 1000).run(new CollectionRequest(false), progress -> {}, () -> false);

        assertThat(report.status()).isEqualTo(CollectionStatus.REFUSED);
        assertThat(report.reason()).contains("registry.gc.enabled");
    }

    @Test
    void millionDigestsFit() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        DigestSet set = new DigestSet();
        Random random = new Random(1);
        for (int i = 0; i < 1_000_000; i++) {
            assertThat(set.add(random.nextLong(), random.nextLong())).isTrue();
        }
        System.gc();
        long used = runtime.totalMemory() - runtime.freeMemory() - before;

        assertThat(set.size()).isEqualTo(1_000_000);
        assertThat(used).isLessThan(48L * 1024 * 1024);
        Random again = new Random(1);
        for (int i = 0; i < 1_000_000; i++) {
            assertThat(set.add(again.nextLong(), again.nextLong())).isFalse();
        }
        assertThat(set.contains(Digest.of(bytes("another")))).isFalse();
    }

    @Test
    void manifestsWithoutATagGoOnceNobodyUsesThem() throws Exception {
        takeUntagged();
        Manifest tagged = image("tagged");
        put(NAME, TAG, tagged);
        Manifest child = image("child of a tagged index");
        put(NAME, child.digest(), child);
        put(NAME, Tag.parse("index"), Content.index(child.digest()));
        Manifest referrer = Content.artifact("a/b", tagged.digest(), "refers to what is tagged");
        put(NAME, referrer.digest(), referrer);
        Manifest second = Content.artifact("a/b", referrer.digest(), "refers to the referrer");
        put(NAME, second.digest(), second);
        Manifest used = image("used lately");
        put(NAME, used.digest(), used);
        age();
        List<String> needed = stores.files();
        Manifest garbage = image("without a tag");
        put(NAME, garbage.digest(), garbage);
        Manifest ofGarbage = Content.artifact("a/b", garbage.digest(), "refers to what goes");
        put(NAME, ofGarbage.digest(), ofGarbage);
        Manifest childOfGarbage = image("child of an index that goes");
        put(NAME, childOfGarbage.digest(), childOfGarbage);
        Manifest index = Content.index(childOfGarbage.digest());
        put(NAME, index.digest(), index);
        age();
        pull(used);

        CollectionReport first = collect();

        assertThat(first.status()).as(first.reason()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(first.figures().untagged()).isEqualTo(4);
        assertThat(first.figures().trashedBlobs())
                .as("are needed by manifests in the trash")
                .isZero();
        assertThat(Files.readString(root.resolve(".gc/reports/" + first.id() + ".log")))
                .contains("trashed manifest a " + garbage.digest())
                .contains("it has no tag");
        Thread.sleep(GRACE.plusMillis(300).toMillis());
        pull(used);
        assertThat(collect().figures().purgedLinks())
                .as("may be asked for, as long as in the tree")
                .isZero();
        Thread.sleep(UNUSED.minus(GRACE).toMillis());
        pull(used);

        CollectionReport last = collect();
        CollectionReport next = collect();

        assertThat(last.figures().trashedBlobs())
                .as("were needed when it began")
                .isZero();
        assertThat(last.figures().purgedLinks() + next.figures().purgedLinks())
                .as("an index before its child, a subject before its referrer")
                .isEqualTo(4);
        assertThat(stores.files())
                .noneMatch(file ->
                        file.contains("_referrers/sha256/" + garbage.digest().hex()));
        assertThat(next.figures().trashedBlobs() + collect().figures().trashedBlobs())
                .isEqualTo(6);
        assertThat(stores.files()).isEqualTo(needed);
    }

    /** A push comes just when the collection takes the referrer out of the index of its subject's referrers. */
    @Test
    void referrerThatIsPushedAgainWhileItGoesStaysAReferrer() throws Exception {
        takeUntagged();
        Manifest subject = image("subject");
        put(NAME, TAG, subject);
        Manifest referrer = Content.artifact("a/b", Digest.of(bytes("of nothing here")), "referrer");
        put(NAME, referrer.digest(), referrer);
        age();
        assertThat(collect().figures().untagged()).isEqualTo(1);
        Thread.sleep(UNUSED.plusMillis(300).toMillis());
        AtomicInteger pushed = new AtomicInteger();
        Stores interrupted = new Stores(root, new Steps() {
            @Override
            public void next() {
                if (CallStack.isIn("ReferrerStore", "delete") && pushed.getAndIncrement() == 0) {
                    put(NAME, referrer.digest(), referrer);
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        collector(interrupted, true, 100_000).run(new CollectionRequest(false), p -> {}, () -> false);

        assertThat(pushed).hasValue(1);
        assertThat(manifests.get(NAME, referrer.digest(), Optional.empty()).digest())
                .isEqualTo(referrer.digest());
        assertThat(stores.referrers()
                        .list(NAME, Digest.of(bytes("of nothing here")), "a/b", new Page(10, ""))
                        .entries())
                .containsExactly(new ReferrerStore.Entry(referrer.digest(), ReferrerStore.Match.LIKELY));
    }

    /** A full share has no room for a directory. */
    @Test
    void whatIsInTheTrashHasAPlaceToComeBackTo() throws Exception {
        Digest garbage = push(NAME, "garbage");
        age();
        List<Path> places = List.of(
                stores.at("blobs/sha256/" + garbage.hex().substring(0, 2) + "/" + garbage.hex()),
                stores.at("repositories/a/_layers/sha256/" + garbage.hex()));

        collect();
        collect();

        assertThat(trash()).hasSize(2);
        assertThat(places).allSatisfy(place -> assertThat(place).isEmptyDirectory());
        Thread.sleep(GRACE.plusMillis(300).toMillis());
        collect();
        assertThat(places).allSatisfy(place -> assertThat(place).doesNotExist());
    }

    @Test
    void trashOfManifestsLeavesNoEmptyDirectories() throws Exception {
        Path left = Files.createDirectories(root.resolve(".trash/repositories/a/_manifests/revisions/sha256"));
        Path notEmpty = Files.createDirectories(root.resolve(".trash/repositories/b/c/_manifests/revisions/sha256/ab"));
        put(NAME, TAG, image("kept"));
        push(OTHER, "{}");

        collect();

        assertThat(left.getParent().getParent().getParent()).doesNotExist();
        assertThat(notEmpty).exists();
    }

    @Test
    void readsTheTagsOfARepositoryOnce() throws Exception {
        takeUntagged();
        for (int i = 0; i < 5; i++) {
            put(NAME, Tag.parse("t" + i), image("image " + i));
        }
        AtomicInteger reads = new AtomicInteger();
        Stores counting = new Stores(root, new Steps() {
            @Override
            public void next() {
                reads.addAndGet(CallStack.isIn("TagStore", "get") ? 1 : 0);
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        collector(counting, true, 100_000).run(new CollectionRequest(false), p -> {}, () -> false);

        assertThat(reads).hasValue(5);
    }

    @Test
    void childGoesAfterItsIndex() throws Exception {
        takeUntagged();
        List<Manifest> indexes = new ArrayList<>();
        for (int i = 0; i < 8; i++) { // the order of the digests differs
            Manifest child = image("child " + i);
            put(NAME, child.digest(), child);
            Manifest index = Content.index(child.digest());
            put(NAME, index.digest(), index);
            indexes.add(index);
        }
        age();
        assertThat(collect().figures().untagged()).isEqualTo(16);
        Thread.sleep(UNUSED.plusMillis(300).toMillis());

        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            log.append(Files.readString(root.resolve(".gc/reports/" + collect().id() + ".log")));
        }

        for (Manifest index : indexes) {
            int child = log.indexOf(
                    "purged manifest a " + index.manifests().getFirst().digest());
            assertThat(log.indexOf("purged manifest a " + index.digest())).isBetween(0, child);
        }
    }

    @Test
    void manifestInTheTrashComesBackWithAllThatItNeedsIfItIsPulled() throws Exception {
        takeUntagged();
        Digest layer = push(NAME, "layer");
        Manifest image = Content.image(push(NAME, "{}"), layer);
        put(NAME, image.digest(), image);
        age();
        List<String> before = stores.files();
        assertThat(collect().figures().untagged()).isEqualTo(1);
        Thread.sleep(GRACE.plusMillis(300).toMillis());

        assertThat(manifests.get(NAME, image.digest(), Optional.empty()).bytes())
                .isEqualTo(image.bytes());

        assertThat(collect().figures().purgedLinks()).isZero();
        assertThat(stores.files()).isEqualTo(before);
        assertThat(trash()).isEmpty();
    }

    @Test
    void manifestInTheTrashComesBackIfAnIndexListsIt() throws Exception {
        takeUntagged();
        Manifest child = image("child");
        put(NAME, child.digest(), child);
        age();
        assertThat(collect().figures().untagged()).isEqualTo(1);

        put(NAME, TAG, Content.index(child.digest()));
        age();

        assertThat(collect().figures().untagged()).isZero();
        assertThat(manifests.get(NAME, child.digest(), Optional.empty()).bytes())
                .isEqualTo(child.bytes());
    }

    @Test
    void manifestInTheTrashCanBeDeletedAndPushedAgain() throws Exception {
        takeUntagged();
        Manifest image = image("layer");
        put(NAME, image.digest(), image);
        age();
        collect();

        manifests.delete(NAME, image.digest());

        assertThat(trash()).isEmpty();
        put(NAME, image.digest(), image);
        age();
        collect();
        put(NAME, TAG, image);
        assertThat(manifests.get(NAME, TAG, Optional.empty()).digest()).isEqualTo(image.digest());
        assertThat(collect().figures().untagged()).isZero();
        assertThat(manifests.get(NAME, image.digest(), Optional.empty()).digest())
                .isEqualTo(image.digest());
    }

    @Test
    void brokenRepositoryKeepsManifestsWithoutATag() throws Exception {
        takeUntagged();
        Manifest image = image("layer");
        put(NAME, image.digest(), image);
        Digest missing = Digest.of(bytes("missing"));
        stores.links().putRevision(NAME, missing, missing);
        assertNothingIsCollected();
    }

    @Test
    void manifestsComeBackFromTheTrashOnceTheyAreNotWantedThere() throws Exception {
        takeUntagged();
        Manifest image = image("layer");
        put(NAME, image.digest(), image);
        age();
        List<String> before = stores.files();
        collect();
        untaggedAfter = Optional.empty();

        assertThat(collect().figures().restored()).isEqualTo(1);

        assertThat(stores.files()).isEqualTo(before);
    }

    @Test
    void dryRunNamesManifestsWithoutATag() throws Exception {
        takeUntagged();
        Manifest image = image("layer");
        put(NAME, image.digest(), image);
        age();

        CollectionReport report = collector().run(new CollectionRequest(true), progress -> {}, () -> false);

        assertThat(report.figures().untagged()).isEqualTo(1);
        assertThat(trash()).isEmpty();
        assertThat(Files.readString(root.resolve(".gc/reports/" + report.id() + ".log")))
                .contains("dry run: trashed manifest a " + image.digest());
    }

    /** Pulls a manifest that was not pulled for long. */
    private void pull(Manifest manifest) throws IOException {
        Files.setLastModifiedTime(
                stores.at("repositories/" + NAME + "/_manifests/revisions/sha256/"
                        + manifest.digest().hex() + "/link"),
                old);
        manifests.get(NAME, manifest.digest(), Optional.empty());
    }

    private Manifest image(String layer) {
        return Content.image(push(NAME, "{}"), push(NAME, layer));
    }

    private CollectionReport assertNothingIsCollected() throws IOException {
        age();
        List<String> before = stores.files();

        CollectionReport report = collect();

        assertThat(report.status()).as(report.reason()).isEqualTo(CollectionStatus.COMPLETED);
        assertThat(stores.files()).isEqualTo(before);
        assertThat(trash()).isEmpty();
        return report;
    }

    private CollectionReport collect() {
        return collector().run(new CollectionRequest(false), progress -> {}, () -> false);
    }

    private Collector collector() {
        return collector(stores, true, 100_000);
    }

    private Collector collector(Stores over, boolean enabled, int operationsPerSecond) {
        BooleanSupplier isReadOnly = () -> readOnly;
        return new Collector(
                over.garbage(),
                over.collectionFiles(),
                over.repositories(),
                over.tags(),
                over.referrers(),
                new CollectionConfig(enabled, operationsPerSecond),
                new LeaseConfig(GRACE, untaggedAfter),
                over.graceRecords(),
                isReadOnly);
    }

    private Digest push(RepositoryName name, String content) {
        return stores.layer(name, bytes(content));
    }

    private void put(RepositoryName name, Reference reference, Manifest manifest) {
        manifests.put(name, reference, List.of(), manifest);
    }

    /** Makes all files as old as if they had been pushed long ago. */
    private void age() throws IOException {
        try (Stream<Path> files = Files.walk(stores.at(""))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, old);
            }
        }
    }

    /** Puts a blob, and its link in the first repository, into the trash, as a collection that missed something does. */
    private void trash(Digest digest) throws IOException {
        for (String file : List.of(
                "blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data",
                "repositories/a/_layers/sha256/" + digest.hex() + "/link")) {
            Path trashed = root.resolve(".trash").resolve(file);
            Files.createDirectories(trashed.getParent());
            Files.move(stores.at(file), trashed);
            Files.delete(stores.at(file).getParent());
        }
    }

    private List<Path> trash() throws IOException {
        Path trash = root.resolve(".trash");
        if (!Files.exists(trash)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(trash)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void collectionsLeaveNoEmptyDirectories() throws Exception {
        Manifest kept = Content.image(push(NAME, "{}"), push(NAME, "layer"));
        put(NAME, TAG, kept);
        RepositoryName gone = RepositoryName.parse("x/gone");
        Manifest image = Content.image(push(gone, "{1}"), push(gone, "another layer"));
        put(gone, TAG, image);
        manifests.delete(gone, image.digest());
        String link = "/sha256/" + "ab".repeat(32);
        for (String left : List.of(
                "blobs/sha256/ab/" + "ab".repeat(32),
                "repositories/a/_layers" + link,
                "repositories/a/_manifests/revisions" + link,
                "repositories/a/_referrers" + link)) {
            Files.createDirectories(stores.at(left));
        }
        Path mark =
                stores.write("repositories/a/_manifests/revisions" + link + "/delete-" + UUID.randomUUID(), "x 1 1");
        Files.setLastModifiedTime(mark, old);
        age();
        collect();
        Thread.sleep(GRACE.plusMillis(300).toMillis());
        collect();
        Thread.sleep(GRACE.plusMillis(300).toMillis());
        collect();

        for (String top : List.of("docker/registry/v2/repositories", "docker/registry/v2/blobs", ".trash")) {
            try (Stream<Path> all = Files.walk(root.resolve(top))) {
                for (Path directory : all.filter(Files::isDirectory).toList()) {
                    boolean isTrash = directory.equals(root.resolve(".trash"));
                    assertThat(isTrash || directory.toFile().list().length > 0)
                            .as(directory.toString())
                            .isTrue();
                }
            }
        }
        assertThat(stores.repositories().exists(gone)).isFalse();
        assertThat(manifests.get(NAME, TAG, Optional.empty()).digest()).isEqualTo(kept.digest());
        push(gone, "pushed again");
    }

    @Test
    void dryRunRemovesNoDirectories() throws Exception {
        push(NAME, "layer");
        Path left = Files.createDirectories(stores.at("repositories/a/_layers/sha256/" + "ab".repeat(32)));
        age();

        collector().run(new CollectionRequest(true), progress -> {}, () -> false);

        assertThat(left).exists();
    }
}
