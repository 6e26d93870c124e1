package org.fedoraproject.registry.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.auth.AuditLog;
import org.fedoraproject.registry.cluster.TestSwitches;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.PolicyConfig;
import org.fedoraproject.registry.quota.TestQuotas;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.LiveHeap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures deletes and retention in a repository with very many tags, by hand: {@code -Dlarge.tags=DIRECTORY} names a tree that
 * {@code ops/bench/large_tree.py DIRECTORY --tags 100000} has made. Deletes five of its images.
 */
@EnabledIfSystemProperty(named = "large.tags", matches = ".+")
class ManyTagsTest {
    private static final RepositoryName NAME = RepositoryName.parse("many");
    private static final int CONNECTIONS = 64;

    @TempDir
    Path files;

    private final AtomicLong uses = new AtomicLong();
    private final Stores stores = new Stores(Path.of(System.getProperty("large.tags", "")), CONNECTIONS, new Steps() {
        @Override
        public void next() {
            uses.incrementAndGet();
        }

        @Override
        public boolean await() {
            return false;
        }
    });
    private final Manifests manifests = new Manifests(
            stores.blobs(), stores.links(), stores.tags(), stores.referrers(), event -> {}, TestQuotas.none());

    @Test
    void measures() throws Exception {
        for (int i = 0; i < 5; i++) {
            Tag tag = stores.tags()
                    .list(NAME, new Page(1, ""), name -> {})
                    .entries()
                    .getFirst();
            Digest digest = stores.tags().get(NAME, tag).orElseThrow();
            uses.set(0);
            long begin = System.nanoTime();
            manifests.delete(NAME, digest);
            System.out.printf("large: delete of a manifest: %d ms, %d uses%n", millis(begin), uses.get());
        }
        oneByOne();
        retain("keep ** * newest 1000\ndelete ** * older-than P1D\n");
    }

    /** For contrast. */
    private void oneByOne() {
        List<Tag> all =
                stores.tags().list(NAME, new Page(1_000_000, ""), name -> {}).entries();
        long begin = System.nanoTime();
        all.forEach(tag -> stores.tags().get(NAME, tag));
        System.out.printf("large: %d tags read one by one: %d ms%n", all.size(), millis(begin));
    }

    private void retain(String text) throws Exception {
        Path rules = Files.writeString(files.resolve("rules"), text);
        RetentionConfig config = new RetentionConfig(Optional.of(rules.toString()), 1_000_000);
        Retention retention = new Retention(
                config,
                new CurrentRules(config),
                new RetentionRun.Tree(
                        stores.repositories(),
                        stores.tags(),
                        new CreationTimes(stores.blobs(), stores.links()),
                        manifests,
                        stores.retention()),
                new CurrentPolicy(new PolicyConfig(Optional.empty())),
                new AuditLog(),
                TestSwitches.make(),
                InstantSource.system());
        try (LiveHeap heap = new LiveHeap()) {
            uses.set(0);
            long begin = System.nanoTime();
            RetentionReport report = retention.run(true, progress -> {}, () -> false);
            System.out.printf(
                    "large: retention: %d ms, %d uses, %d MiB of heap, %s%n",
                    millis(begin), uses.get(), heap.mebibytes(), report.figures());
            assertThat(report.status()).as(report.reason()).isEqualTo(RetentionStatus.COMPLETED);
        }
    }

    private static long millis(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }
}
