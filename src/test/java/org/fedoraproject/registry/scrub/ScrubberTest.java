package org.fedoraproject.registry.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.fedoraproject.registry.cluster.TestSwitches;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.CallStack;
import org.fedoraproject.registry.testing.Command;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubberTest {
    private static final RepositoryName NAME = RepositoryName.parse("fedora/image");
    private static final long FAST = 1_000_000_000;
    private static final Path VERIFY_TREE = Path.of("ops/verify-tree").toAbsolutePath();

    @TempDir
    Path root;

    private Stores stores;
    private Scrubber scrubber;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        scrubber = scrubber(stores);
    }

    private Scrubber scrubber(Stores stores) {
        return new Scrubber(
                stores.scan(),
                stores.repositories(),
                stores.referrers(),
                stores.scrubFiles(),
                Optional.empty(),
                name -> child -> true,
                TestSwitches.make());
    }

    @Test
    void soundTreeHasNoProblems() {
        push("1", "layer");

        ScrubReport report = scrub();

        assertThat(report.status()).isEqualTo(ScrubStatus.COMPLETED);
        assertThat(report.problems()).isEmpty();
        assertThat(report.count(Count.BLOBS)).isEqualTo(3);
        assertThat(report.count(Count.REPOSITORIES)).isEqualTo(1);
        assertThat(report.count(Count.MANIFESTS)).isEqualTo(1);
        assertThat(report.count(Count.TAGS)).isEqualTo(1);
        assertThat(scrubber.last().map(ScrubReport::id)).contains(report.id());
    }

    @Test
    void corruptBlobIsUnknownUntilItIsPushedAgain() throws IOException {
        Digest layer = push("1", "layer");
        Files.writeString(data(layer), "other");

        ScrubReport report = scrub();

        assertThat(report.count(Count.CORRUPT)).isEqualTo(1);
        assertThat(report.problems())
                .anyMatch(problem -> problem.contains("its 5 bytes have the digest " + Digest.of(bytes("other"))))
                .anyMatch(problem -> problem.endsWith("there is no blob " + layer));
        assertThat(stores.blobs().open(layer)).isEmpty();
        assertThat(root.resolve(".quarantine/sha256-" + layer.hex())).hasContent("other");

        stores.blobs().put(layer, bytes("layer"));

        assertThat(scrub().problems()).isEmpty();
        assertThat(stores.blobs().read(layer, 10)).contains(bytes("layer"));
    }

    @Test
    void soundBlobInQuarantineComesBack() throws IOException {
        Digest layer = push("1", "layer");
        Path kept = root.resolve(".quarantine/sha256-" + layer.hex());
        Files.createDirectories(kept.getParent());
        Files.move(data(layer), kept);
        Path corrupt =
                root.resolve(".quarantine/sha256-" + Digest.of(bytes("lost")).hex());
        Files.writeString(corrupt, "corrupt");

        ScrubReport report = scrub();

        assertThat(report.problems()).isEmpty();
        assertThat(stores.blobs().read(layer, 10)).contains(bytes("layer"));
        assertThat(kept).doesNotExist();
        assertThat(corrupt).exists();
    }

    /** As when a listing has missed the manifest: a pull moves it back. */
    @Test
    void whatIsInTheTrashIsNotMissing() throws Exception {
        Digest layer = push("1", "layer");
        Digest manifest = stores.tags().get(NAME, Tag.parse("1")).orElseThrow();
        for (Path file : List.of(data(layer), stores.at(link("_layers", layer)), data(manifest))) {
            Path trashed = root.resolve(".trash").resolve(stores.at("").relativize(file));
            Files.createDirectories(trashed.getParent());
            Files.move(file, trashed);
            Files.delete(file.getParent());
        }

        assertThat(scrub().problems()).isEmpty();
        Command.Result offline =
                Command.of(root, VERIFY_TREE.toString(), root.toString()).attempt();
        assertThat(offline.out())
                .contains("warning: ")
                .contains(layer + ", which is in the trash")
                .contains("manifest " + manifest + " is in the trash");
        assertThat(offline.status()).as(offline.out()).isZero();
        assertThat(Command.of(root, VERIFY_TREE.toString(), "--before-garbage-collect", root.toString())
                        .attempt()
                        .status())
                .isEqualTo(1);
    }

    /** From where the next request would bring it back. */
    @Test
    void corruptBlobInTheTrashGoesToQuarantine() throws Exception {
        Digest layer = push("1", "layer");
        Path trashed = root.resolve(".trash").resolve(stores.at("").relativize(data(layer)));
        Files.createDirectories(trashed.getParent());
        Files.move(data(layer), trashed);
        Files.writeString(trashed, "other");
        String problem = ".trash/blobs/sha256/" + layer.hex().substring(0, 2) + "/" + layer.hex()
                + "/data: its 5 bytes have the digest " + Digest.of(bytes("other"));
        assertThat(Command.of(root, VERIFY_TREE.toString(), root.toString())
                        .attempt()
                        .out())
                .contains(problem);

        ScrubReport report = scrub();

        assertThat(report.problems()).contains(problem);
        assertThat(report.count(Count.CORRUPT)).isEqualTo(1);
        assertThat(trashed).doesNotExist();
        assertThat(stores.blobs().open(layer)).isEmpty();
        assertThat(root.resolve(".quarantine/sha256-" + layer.hex())).hasContent("other");
    }

    @Test
    void dryRunChangesNothingButItsReport() throws IOException {
        Digest layer = push("1", "layer");
        Files.writeString(data(layer), "other");
        Set<String> before = Set.copyOf(stores.files());

        ScrubReport report = scrubber.run(new ScrubRequest(true, FAST), progress -> {}, () -> false);

        assertThat(report.problems()).hasSize(1);
        assertThat(stores.files()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(data(layer)).hasContent("other");
    }

    @Test
    void scrubDoesNotChangeTimesOfBlobs() throws IOException {
        Digest layer = push("1", "layer");
        var before = Files.getLastModifiedTime(data(layer));

        scrub();

        assertThat(Files.getLastModifiedTime(data(layer))).isEqualTo(before);
    }

    @Test
    void stoppedScrubIsContinued() {
        for (int i = 0; i < 50; i++) {
            push("t" + i, "layer " + i);
        }
        AtomicInteger asked = new AtomicInteger();
        ScrubReport first = scrub(() -> asked.incrementAndGet() > 100);
        assertThat(first.status()).isEqualTo(ScrubStatus.STOPPED);
        assertThat(first.count(Count.BLOBS)).isBetween(1L, 100L);

        Set<Long> told = new TreeSet<>();
        ScrubReport second = scrubber(new Stores(root))
                .run(
                        new ScrubRequest(false, FAST),
                        progress -> told.add(progress.counts().getOrDefault(Count.BLOBS, 0L)),
                        () -> false);

        assertThat(second.status()).isEqualTo(ScrubStatus.COMPLETED);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.count(Count.BLOBS)).isEqualTo(101);
        assertThat(second.count(Count.MANIFESTS)).isEqualTo(50);
        assertThat(scrub().id()).isNotEqualTo(first.id());
    }

    @Test
    void scrubStopsWithinASecondHoweverSlowItReads() {
        Digest layer = push("1", "x".repeat(2_000_000));
        assertThat(layer).isNotNull();
        long begin = System.nanoTime();

        ScrubReport report = scrubber.run(
                new ScrubRequest(false, 1000), progress -> {}, () -> System.nanoTime() - begin > 300_000_000);

        assertThat(report.status()).isEqualTo(ScrubStatus.STOPPED);
        assertThat(System.nanoTime() - begin).isLessThan(1_300_000_000);
    }

    @Test
    void readsNoFasterThanAllowed() {
        push("1", "x".repeat(1_000_000));
        long begin = System.nanoTime();

        scrubber.run(new ScrubRequest(false, 1_000_000), progress -> {}, () -> false);

        assertThat(System.nanoTime() - begin).isGreaterThan(850_000_000);
    }

    @Test
    void scrubEndsOnceTheRegistryIsReadOnly() {
        push("1", "layer");
        try {
            ScrubReport report = scrubber.run(
                    new ScrubRequest(false, 100_000),
                    now -> System.setProperty("registry.read-only", "true"),
                    () -> false);

            assertThat(report.status()).isEqualTo(ScrubStatus.STOPPED);
            assertThat(report.reason()).isEqualTo("registry.read-only is on");
        } finally {
            System.clearProperty("registry.read-only");
        }
        assertThat(scrub().status()).isEqualTo(ScrubStatus.COMPLETED);
    }

    @Test
    void fullShareIsScrubbedWithoutItsState() {
        push("1", "x".repeat(1_000_000));
        Stores full = new Stores(root, new Steps() {
            @Override
            public void next() {
                if (CallStack.isIn("ScrubRun", "save") && CallStack.isIn("JobFiles", "put")) {
                    throw RegistryException.storageFull(null);
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        ScrubReport report = scrubber(full).run(new ScrubRequest(false, 150_000), now -> {}, () -> false);

        assertThat(report.status()).as(report.reason()).isEqualTo(ScrubStatus.COMPLETED);
        assertThat(report.problems()).isEmpty();
    }

    /** Such as a link on a broken sector. Each run would end there, and none would see the rest. */
    @Test
    void repositoryThatCannotBeReadEndsNoScrub() {
        push("1", "layer");
        Stores broken = new Stores(root, new Steps() {
            @Override
            public void next() {
                if (CallStack.isIn("TreeScan", "eachTag")) {
                    throw RegistryException.storageFault(new IOException("Input/output error"));
                }
            }

            @Override
            public boolean await() {
                return false;
            }
        });

        ScrubReport report = scrubber(broken).run(new ScrubRequest(false, FAST), now -> {}, () -> false);

        assertThat(report.status()).as(report.reason()).isEqualTo(ScrubStatus.COMPLETED);
        assertThat(report.problems()).singleElement().asString().endsWith(": cannot be read: Input/output error");
    }

    @Test
    void secondScrubIsRefusedWhileOneRuns() {
        push("1", "layer");
        ScrubReport[] second = new ScrubReport[1];

        scrubber.run(
                new ScrubRequest(false, FAST),
                progress -> second[0] = second[0] == null
                        ? scrubber(new Stores(root)).run(new ScrubRequest(false, FAST), inner -> {}, () -> false)
                        : second[0],
                () -> false);

        assertThat(second[0].status()).isEqualTo(ScrubStatus.REFUSED);
        assertThat(second[0].reason()).isEqualTo("another scrub runs");
    }

    @Test
    void addsReferrersThatAnotherRegistryHasNotIndexed() {
        push("1", "layer");
        Digest subject = stores.tags().get(NAME, Tag.parse("1")).orElseThrow();
        Digest config = stores.layer(NAME, bytes("{}"));
        Manifest referrer = Content.manifest("""
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},"layers":[],
                "subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1}}""".formatted(config, subject));
        stores.blobs().put(referrer.digest(), referrer.bytes());
        stores.links().putRevision(NAME, referrer.digest(), referrer.digest());

        assertThat(scrub().count(Count.REFERRERS)).isEqualTo(1);

        assertThat(stores.referrers().list(NAME, subject, new Page(10, "")).entries())
                .containsExactly(referrer.digest());
        assertThat(scrub().count(Count.REFERRERS)).isZero();
    }

    @Test
    void unreadableStateBeginsAnew() throws IOException {
        push("1", "layer");
        Files.createDirectories(root.resolve(".scrub"));
        Files.writeString(root.resolve(".scrub/state"), "{\"id\":");

        assertThat(scrub().status()).isEqualTo(ScrubStatus.COMPLETED);
    }

    /** The offline check and this one find the same, in the same words. */
    @Test
    void agreesWithVerifyTree() throws Exception {
        for (int i = 0; i < 8; i++) {
            push("t" + i, "layer " + i);
        }
        Files.writeString(data(Digest.of(bytes("layer 0"))), "corrupt");
        Files.writeString(data(Digest.of(bytes("layer 1"))), "");
        Files.delete(data(Digest.of(bytes("layer 2"))));
        Files.delete(stores.at(link("_layers", Digest.of(bytes("layer 3")))));
        Files.writeString(stores.at(link("_layers", Digest.of(bytes("layer 4")))), "nonsense");
        Digest fifth = stores.tags().get(NAME, Tag.parse("t5")).orElseThrow();
        Files.delete(stores.at(link("_manifests/revisions", fifth)));
        Digest sixth = stores.tags().get(NAME, Tag.parse("t6")).orElseThrow();
        Files.delete(data(sixth));
        Digest seventh = stores.tags().get(NAME, Tag.parse("t7")).orElseThrow();
        Files.writeString(data(seventh), "[]");
        Digest garbage = stores.layer(NAME, bytes("no manifest names it"));
        Files.delete(data(garbage));
        stores.write("repositories/fedora/image/_manifests/tags/bad/current/link", "sha256:0");
        Path link = data(Digest.of(bytes("symbolic")));
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, data(Digest.of(bytes("layer 7"))));
        Path misplaced =
                stores.at("blobs/sha256/00/" + Digest.of(bytes("misplaced")).hex());
        Files.createDirectories(misplaced);
        Files.writeString(misplaced.resolve("data"), "misplaced");

        ScrubReport report = scrubber.run(new ScrubRequest(true, FAST), progress -> {}, () -> false);
        Command.Result offline =
                Command.of(root, VERIFY_TREE.toString(), root.toString()).attempt();

        assertThat(offline.status()).isEqualTo(1);
        assertThat(report.problems().stream().map(ScrubberTest::withoutParser).collect(Collectors.toSet()))
                .hasSizeGreaterThan(10)
                .containsExactlyInAnyOrderElementsOf(offline.out()
                        .lines()
                        .filter(line -> line.startsWith("docker/"))
                        .map(ScrubberTest::withoutParser)
                        .collect(Collectors.toSet()));
        assertThat(report.count(Count.COLLECTED)).isEqualTo(1);
    }

    /** What a parser says differs. */
    private static String withoutParser(String problem) {
        return problem.replaceFirst("is no manifest: .*", "is no manifest");
    }

    private ScrubReport scrub() {
        return scrub(() -> false);
    }

    private ScrubReport scrub(BooleanSupplier stop) {
        return scrubber.run(new ScrubRequest(false, FAST), progress -> {}, stop);
    }

    /** Pushes an image; returns the digest of its layer. */
    private Digest push(String tag, String content) {
        Digest config = stores.layer(NAME, bytes("{\"config\":true}"));
        Digest layer = stores.layer(NAME, bytes(content));
        Manifest image = Content.image(config, layer);
        stores.blobs().put(image.digest(), image.bytes());
        stores.links().putRevision(NAME, image.digest(), image.digest());
        stores.tags().put(NAME, Tag.parse(tag), image.digest());
        return layer;
    }

    private Path data(Digest digest) {
        return stores.at("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data");
    }

    private static String link(String kind, Digest digest) {
        return "repositories/" + NAME + "/" + kind + "/sha256/" + digest.hex() + "/link";
    }
}
