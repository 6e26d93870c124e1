package org.fedoraproject.registry.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.store.LeaseConfig;
import org.fedoraproject.registry.store.Steps;
import org.fedoraproject.registry.store.Stores;
import org.fedoraproject.registry.testing.LiveHeap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures two collections over a large tree, by hand: {@code -Dlarge.tree=DIRECTORY} names a tree that
 * {@code ops/bench/large_tree.py DIRECTORY --blobs 1000000} has made. Deletes half of it.
 */
@EnabledIfSystemProperty(named = "large.tree", matches = ".+")
class LargeTreeTest {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int MAX_HEAP = 64;

    @Test
    void measures() throws Exception {
        AtomicLong uses = new AtomicLong();
        Stores stores = new Stores(Path.of(System.getProperty("large.tree")), 64, new Steps() {
            @Override
            public void next() {
                uses.incrementAndGet();
            }

            @Override
            public boolean await() {
                return false;
            }
        });
        Collector collector = new Collector(
                stores.garbage(),
                stores.collectionFiles(),
                stores.repositories(),
                stores.tags(),
                stores.referrers(),
                new CollectionConfig(true, 10_000_000),
                new LeaseConfig(GRACE, Optional.empty()),
                stores.graceRecords(),
                () -> false);
        for (int i = 0; i < 2; i++) {
            Thread.sleep(GRACE.toMillis() + 500);
            try (LiveHeap heap = new LiveHeap()) {
                uses.set(0);
                long begin = System.nanoTime();
                CollectionReport report = collector.run(new CollectionRequest(false), progress -> {}, () -> false);
                long most = heap.mebibytes();
                System.out.printf(
                        "large: collection: %d s, %d uses, %d MiB of heap, %s%n",
                        (System.nanoTime() - begin) / 1_000_000_000, uses.get(), most, report.figures());
                assertThat(report.status()).as(report.reason()).isEqualTo(CollectionStatus.COMPLETED);
                assertThat(most).isLessThan(MAX_HEAP);
            }
        }
    }
}
