package org.fedoraproject.registry.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.fedoraproject.registry.auth.AuditLog;
import org.fedoraproject.registry.cluster.TestSwitches;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.PolicyConfig;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs over real directories. Ages are in days. */
class RetentionTest {
    private static final RepositoryName A = RepositoryName.parse("a");
    private static final RepositoryName B = RepositoryName.parse("b");
    private static final RepositoryName C = RepositoryName.parse("c");
    private static final Logger AUDIT = Logger.getLogger("org.fedoraproject.registry.audit");

    @TempDir
    Path root;

    @TempDir
    Path files;

    private final List<String> audited = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            audited.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Called before each use of the share. */
    private Runnable step = () -> {};

    private int asked;
    private Path rules;
    private Stores stores;
    private Manifests manifests;
    private CurrentRules current;
    private Retention retention;

    @BeforeEach
    void setUp() throws IOException {
        AUDIT.addHandler(handler);
        rules = Files.writeString(files.resolve("rules"), "delete ** * older-than P30D\n");
        stores = new Stores(root, new Steps() {
            @Override
            public void next() {
                step.run();
            }

            @Override
            public boolean await() {
                return false;
            }
        });
        manifests = manifests(stores);
        retention = retention(Optional.empty(), InstantSource.system());
    }

    @AfterEach
    void tearDown() {
        AUDIT.removeHandler(handler);
        System.clearProperty("registry.read-only");
    }

    @Test
    void deletesTagsByTheAgeOfTheirContent() throws IOException {
        push(A, "old", image(A, 31));
        push(A, "new", image(A, 29));
        push(B, "x/y".replace('/', '-'), image(B, 100));

        RetentionReport report = run();

        assertThat(report.status()).as(report.reason()).isEqualTo(RetentionStatus.COMPLETED);
        assertThat(report.figures()).isEqualTo(new RetentionFigures(2, 3, 2, 0, 0, 0, 0, 0));
        assertThat(tags(A)).containsExactly("new");
        assertThat(tags(B)).isEmpty();
        assertThat(log())
                .contains("\ndeleted a:old sha256:", ", line 1\n", "\n  line 1: delete ** * older-than P30D\n");
        assertThat(audited).hasSize(2);
        assertThat(audited.getFirst())
                .contains("\"action\":\"delete\"", "\"job\":\"retention\"", "\"repository\":\"a\"")
                .contains("\"reference\":\"old\"", "\"rule\":1");
        assertThat(retention.last()).contains(report);
    }

    @Test
    void leavesTheManifest() {
        Manifest image = image(A, 31);
        push(A, "old", image);
        run();

        assertThat(manifests.get(A, image.digest(), Optional.empty()).bytes()).isEqualTo(image.bytes());
    }

    @Test
    void anIndexIsAsOldAsItsNewestChild() {
        Manifest old = image(A, 60);
        Manifest recent = image(A, 2);
        Manifest attestation = Content.image(stores.layer(A, bytes("{\"os\": \"unknown\"}")));
        push(A, "recent", recent);
        put(A, old, attestation);
        push(A, "mixed", Content.index(old.digest(), attestation.digest(), recent.digest()));
        push(A, "all-old", Content.index(old.digest(), attestation.digest()));
        Manifest nested = Content.index(recent.digest());
        put(A, nested);
        push(A, "nested", Content.index(old.digest(), nested.digest()));
        manifests.put(
                A,
                Tag.parse("sparse"),
                List.of(),
                Content.index(old.digest(), Digest.of(bytes("elsewhere"))),
                tag -> false,
                child -> false);

        assertThat(run().figures().deleted()).isEqualTo(2);
        assertThat(tags(A)).containsExactly("mixed", "nested", "recent");
    }

    @Test
    void anAnnotationTellsTheTimeWhereTheConfigDoesNot() {
        Digest config = stores.layer(A, bytes("{}"));
        push(A, "artifact", Content.manifest("""
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": %s,
                 "layers": [], "annotations": {"org.opencontainers.image.created": "2020-01-01T00:00:00Z"}}""".formatted(
                        Content.descriptor("application/vnd.oci.empty.v1+json", config))));

        assertThat(run().figures().deleted()).isEqualTo(1);
    }

    @Test
    void tagsOfUnknownAgeStayAndAreReported() throws IOException {
        push(A, "undated", Content.image(stores.layer(A, bytes("{}"))));
        push(A, "broken-link", image(A, 31));
        stores.write("repositories/a/_manifests/tags/broken-link/current/link", "");
        Manifest gone = image(A, 32);
        push(A, "gone", gone);
        delete(gone.digest());
        Manifest configless = image(A, 33);
        push(A, "configless", configless);
        delete(configless.config().orElseThrow().digest());
        Manifest lost = image(A, 34);
        put(A, lost);
        push(A, "with-lost-child", Content.index(lost.digest()));
        delete(lost.digest());

        RetentionReport report = run();

        assertThat(report.status()).isEqualTo(RetentionStatus.COMPLETED);
        assertThat(report.figures()).isEqualTo(new RetentionFigures(1, 5, 0, 0, 0, 5, 0, 0));
        assertThat(tags(A)).hasSize(5);
        assertThat(log())
                .contains("stays a:undated: neither its content nor its annotations say when it was created")
                .contains("stays a:broken-link: it has no readable link")
                .contains("stays a:gone: the manifest " + gone.digest() + " cannot be read")
                .contains("stays a:configless: the config ")
                .contains("stays a:with-lost-child: the manifest " + lost.digest() + " cannot be read");
    }

    @Test
    void immutableTagsStay() throws IOException {
        push(A, "v1", image(A, 31));
        push(A, "x", image(A, 31));
        Path policy = Files.writeString(files.resolve("policy"), "rule ** anyone pull\nimmutable a v*\n");
        retention = retention(Optional.of(policy), InstantSource.system());

        assertThat(run().figures()).isEqualTo(new RetentionFigures(1, 2, 1, 0, 1, 0, 0, 0));
        assertThat(tags(A)).containsExactly("v1");
        assertThat(log()).contains("immutable a:v1 sha256:", "despite line 1\n");
    }

    @Test
    void tellsWhichRuleKeepsATagThatAnotherDeletes() throws IOException {
        write("delete ** * older-than P30D\nkeep a * newest 1\n");
        push(A, "one", image(A, 31));
        push(A, "two", image(A, 32));
        push(B, "three", image(B, 33));

        assertThat(run().figures()).isEqualTo(new RetentionFigures(2, 3, 2, 1, 0, 0, 0, 0));
        assertThat(tags(A)).containsExactly("one");
        assertThat(log()).containsPattern("kept a:one sha256:\\S+ created \\S+, line 2 over 1\n");
    }

    @Test
    void aDryRunDeletesNothing() throws IOException {
        push(A, "old", image(A, 31));

        RetentionReport report = retention.run(true, progress -> {}, () -> false);

        assertThat(report.status()).isEqualTo(RetentionStatus.COMPLETED);
        assertThat(report.dryRun()).isTrue();
        assertThat(report.figures().deleted()).isEqualTo(1);
        assertThat(tags(A)).containsExactly("old");
        assertThat(log()).contains("would delete a:old");
        assertThat(audited).isEmpty();
    }

    @Test
    void aTagThatMovesAfterItWasJudgedStays() throws IOException {
        write("delete ** * older-than P30D\nkeep ** * newest 1\n"); // so that the first waits for the second
        Manifest recent = image(A, 1);
        push(A, "a", image(A, 40));
        push(A, "b", image(A, 31));
        Manifests other = manifests(new Stores(root));
        retention = retention(Optional.empty(), InstantSource.system());
        boolean[] moved = {false};

        RetentionReport report = retention.run(false, progress -> {}, () -> {
            // asked before each operation: the link of b is read after all of a was
            if (!moved[0] && asked++ == 6) {
                moved[0] = true;
                other.put(A, Tag.parse("a"), List.of(), recent);
            }
            return false;
        });

        assertThat(moved[0]).isTrue();
        assertThat(report.figures().moved()).isEqualTo(1);
        assertThat(report.figures().deleted()).isZero();
        assertThat(tags(A)).containsExactly("a", "b");
        assertThat(stores.tags().get(A, Tag.parse("a"))).contains(recent.digest());
        assertThat(log()).contains("moved a:a sha256:");
        assertThat(audited).isEmpty();
    }

    @Test
    void stopsInTheMiddleAndIsContinued() throws IOException {
        for (RepositoryName name : List.of(A, B, C)) {
            push(name, "old", image(name, 31));
        }
        List<RetentionProgress> told = new ArrayList<>();

        RetentionReport stopped = retention.run(false, told::add, () -> tags(B).isEmpty());

        assertThat(stopped.status()).isEqualTo(RetentionStatus.STOPPED);
        assertThat(stopped.reason()).isEqualTo("it was told to stop");
        assertThat(stopped.figures().deleted()).isEqualTo(2);
        assertThat(tags(C)).containsExactly("old");
        assertThat(told).isNotEmpty();
        assertThat(retention.last()).contains(stopped);

        push(A, "next", image(A, 31));
        RetentionReport next = run();
        assertThat(next.status()).isEqualTo(RetentionStatus.COMPLETED);
        assertThat(next.figures().repositories()).isLessThan(3);
        assertThat(log()).contains("continues the last run after ");
        assertThat(tags(C)).isEmpty();
        assertThat(tags(A)).containsExactly("next");

        assertThat(run().figures().repositories()).isEqualTo(3);
        assertThat(tags(A)).isEmpty();
    }

    @Test
    void stopsWithinASecondWhileItWaits() {
        for (int i = 0; i < 20; i++) {
            push(A, "t" + i, image(A, 31));
        }
        RetentionConfig slow = new RetentionConfig(Optional.of(rules.toString()), 1);
        retention = retention(slow, Optional.empty(), InstantSource.system());
        long begin = System.nanoTime();

        RetentionReport report = retention.run(
                false,
                progress -> {},
                () -> System.nanoTime() - begin > Duration.ofMillis(1500).toNanos());

        assertThat(report.status()).isEqualTo(RetentionStatus.STOPPED);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(2500));
    }

    @Test
    void endsWhenTheShareFailsAndTheNextGoesOn() throws IOException {
        for (RepositoryName name : List.of(A, B, C)) {
            push(name, "old", image(name, 31));
        }
        Path hidden = files.resolve("hidden");
        step = () -> { // the whole share goes when the first tag went
            if (names(stores.at("repositories/a/_manifests/tags")) == 0 && names(root.resolve(".tmp")) == 0) {
                move(root, hidden);
            }
        };

        RetentionReport report = run();

        assertThat(report.status()).isEqualTo(RetentionStatus.FAILED);
        assertThat(report.reason()).isNotEmpty();
        step = () -> {};
        move(hidden, root);
        assertThat(tags(B)).containsExactly("old");

        RetentionReport next = run();
        assertThat(next.status()).as(next.reason()).isEqualTo(RetentionStatus.COMPLETED);
        assertThat(tags(B)).isEmpty();
        assertThat(tags(C)).isEmpty();
        stores.assertNoLeftovers();
    }

    @Test
    void oneBadFileEndsNoRun() throws IOException {
        push(A, "bad", image(A, 31));
        push(A, "old", image(A, 31));
        push(B, "old", image(B, 31));

        RetentionReport report = runWithFailures(3, 3); // after the lists of repositories and tags

        assertThat(report.status()).as(report.reason()).isEqualTo(RetentionStatus.INCOMPLETE);
        assertThat(report.reason()).startsWith("the storage failed for ");
        assertThat(report.figures()).isEqualTo(new RetentionFigures(2, 3, 2, 0, 0, 0, 0, 1));
        assertThat(log()).contains("failed a:bad: ");
        assertThat(tags(A)).containsExactly("bad");
        assertThat(tags(B)).isEmpty();
    }

    @Test
    void aRepositoryThatIsBadAllThroughIsLeftAlone() throws IOException {
        for (int i = 0; i < 9; i++) {
            push(A, "t" + i, image(A, 31));
        }
        push(B, "old", image(B, 31));

        RetentionReport report = runWithFailures(3, 7);

        assertThat(report.status()).as(report.reason()).isEqualTo(RetentionStatus.INCOMPLETE);
        assertThat(report.figures().failed()).isEqualTo(5);
        assertThat(log()).contains("stays a: the rest of its tags, after 5 failures in a row");
        assertThat(tags(A)).hasSize(9);
        assertThat(tags(B)).isEmpty();
    }

    /** The first use of the storage fails in each of these operations, which count from 1. */
    private RetentionReport runWithFailures(int first, int last) {
        boolean[] fails = {false};
        step = () -> {
            if (fails[0]) {
                fails[0] = false;
                throw RegistryException.storageFault(new IOException("Input/output error"));
            }
        };
        return retention.run(false, progress -> {}, () -> {
            asked++;
            fails[0] = asked >= first && asked <= last;
            return false;
        });
    }

    @Test
    void doesNotRunWithoutRules() {
        RetentionConfig none = new RetentionConfig(Optional.empty(), 500);
        retention = retention(none, Optional.empty(), InstantSource.system());

        assertRefused("registry.retention.rules is not set");
    }

    @Test
    void doesNotStartWithABadFile() throws IOException {
        Files.writeString(rules, "keep ** * always\ndelete ** * older-than 30\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CurrentRules(new RetentionConfig(Optional.of(rules.toString()), 500)))
                .withMessageStartingWith("registry.retention.rules: " + rules + ": line 2: not a duration: 30");
    }

    @Test
    void doesNotRunWhileTheFileIsBadAndKeepsTheOldRules() throws IOException {
        push(A, "old", image(A, 31));
        write("delete ** * older-than\n");

        assertRefused("registry.retention.rules: " + rules + ": line 1: delete REPOSITORIES TAGS older-than DURATION");
        assertThat(current.current())
                .map(Rules::all)
                .hasValueSatisfying(
                        all -> assertThat(all).extracting(Rule::text).containsExactly("delete ** * older-than P30D"));
        assertThat(tags(A)).containsExactly("old");

        write("delete ** * older-than P1D\n");
        assertThat(run().figures().deleted()).isEqualTo(1);
    }

    @Test
    void stopsWhenTheRulesChange() throws IOException {
        push(A, "old", image(A, 31));
        push(B, "old", image(B, 31));

        RetentionReport report = retention.run(false, progress -> {}, () -> {
            if (tags(A).isEmpty()) {
                write("keep ** * always\n");
                current.reload();
            }
            return false;
        });

        assertThat(report.status()).isEqualTo(RetentionStatus.STOPPED);
        assertThat(report.reason()).isEqualTo("the rules have changed");
        assertThat(tags(B)).containsExactly("old");

        write("delete ** * older-than P2D\n");
        push(A, "old", image(A, 31));
        assertThat(run().figures().repositories())
                .as("begins anew with other rules")
                .isEqualTo(2);
    }

    @Test
    void doesNotRunWhileReadOnly() {
        push(A, "old", image(A, 31));
        System.setProperty("registry.read-only", "true");
        retention = retention(Optional.empty(), InstantSource.system());

        assertRefused("registry.read-only is on");
        assertThat(retention.run(true, progress -> {}, () -> false).figures().deleted())
                .isEqualTo(1);
    }

    @Test
    void doesNotRunWhileThePolicyHasAMistake() throws IOException {
        Path policy = Files.writeString(files.resolve("policy"), "rule ** anyone pull\n");
        CurrentPolicy policies = policies(Optional.of(policy));
        Files.writeString(policy, "rule ** anyone pull\nimutable a v*\n");
        reload(policies);
        retention =
                retention(new RetentionConfig(Optional.of(rules.toString()), 500), policies, InstantSource.system());

        assertRefused("the file of registry.auth.policy has a mistake, and it may say what is immutable");
    }

    @Test
    void doesNotRunWhereTheClockIsWrong() {
        push(A, "new", image(A, 1));
        InstantSource wrong = () -> Instant.now().plus(Duration.ofHours(2));
        retention = retention(Optional.empty(), wrong);

        RetentionReport report = run();
        assertThat(report.status()).isEqualTo(RetentionStatus.REFUSED);
        assertThat(report.reason()).startsWith("the clocks of this host and of the file server differ by PT");
    }

    @Test
    void keepsFiftyReports() throws IOException {
        for (int i = 0; i < 52; i++) {
            run();
        }
        try (Stream<Path> reports = Files.list(root.resolve(".gc/retention"))) {
            assertThat(reports).hasSize(100);
        }
    }

    private void assertRefused(String reason) {
        RetentionReport report = run();
        assertThat(report.status()).isEqualTo(RetentionStatus.REFUSED);
        assertThat(report.reason()).isEqualTo(reason);
    }

    private RetentionReport run() {
        return retention.run(false, progress -> {}, () -> false);
    }

    private Retention retention(Optional<Path> policy, InstantSource clock) {
        RetentionConfig config = new RetentionConfig(Optional.of(rules.toString()), 1_000_000);
        return retention(config, policy, clock);
    }

    private Retention retention(RetentionConfig config, Optional<Path> policy, InstantSource clock) {
        return retention(config, policies(policy), clock);
    }

    private Retention retention(RetentionConfig config, CurrentPolicy policies, InstantSource clock) {
        current = new CurrentRules(config);
        RetentionRun.Tree tree = new RetentionRun.Tree(
                stores.repositories(),
                stores.tags(),
                new CreationTimes(stores.blobs(), stores.links()),
                manifests,
                stores.retention());
        return new Retention(config, current, tree, policies, new AuditLog(), TestSwitches.make(), clock);
    }

    private static CurrentPolicy policies(Optional<Path> file) {
        return new CurrentPolicy(new PolicyConfig(file.map(Path::toString)));
    }

    private static void reload(CurrentPolicy policies) {
        policies.reload();
    }

    private static Manifests manifests(Stores stores) {
        return new Manifests(
                stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());
    }

    private void write(String text) {
        try {
            Files.writeString(rules, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Manifest image(RepositoryName name, int age) {
        Instant created = Instant.now().minus(Duration.ofDays(age));
        return Content.image(stores.layer(name, bytes("{\"created\": \"" + created + "\"}")));
    }

    private void put(RepositoryName name, Manifest... all) {
        for (Manifest manifest : all) {
            manifests.put(name, manifest.digest(), List.of(), manifest);
        }
    }

    private void push(RepositoryName name, String tag, Manifest manifest) {
        manifests.put(name, Tag.parse(tag), List.of(), manifest);
    }

    private List<String> tags(RepositoryName name) {
        return stores.tags().list(name, new Page(1000, ""), tag -> {}).entries().stream()
                .map(Tag::value)
                .toList();
    }

    /** How many names a directory has; -1 if there is no such directory. */
    private static int names(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? -1 : names.length;
    }

    private void delete(Digest digest) throws IOException {
        String hex = digest.hex();
        Files.delete(stores.at("blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data"));
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The newest log. */
    private String log() throws IOException {
        try (Stream<Path> logs = Files.list(root.resolve(".gc/retention"))) {
            Path newest = logs.filter(file -> file.toString().endsWith(".log"))
                    .max(Path::compareTo)
                    .orElseThrow();
            return Files.readString(newest);
        }
    }
}
