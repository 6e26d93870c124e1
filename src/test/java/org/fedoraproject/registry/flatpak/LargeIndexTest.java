package org.fedoraproject.registry.flatpak;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.fedoraproject.registry.index.Indexed;
import org.fedoraproject.registry.index.RepositoryObserver;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures the index of very many repositories, by hand: {@code -Dlarge.index=DIRECTORY} names a tree that {@code
 * ops/bench/large_tree.py DIRECTORY --repositories 10000} has made.
 */
@EnabledIfSystemProperty(named = "large.index", matches = ".+")
class LargeIndexTest {
    private static final Path ROOT = Path.of(System.getProperty("large.index", ""));

    private static final class Ignoring implements RepositoryObserver {
        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public void seen(RepositoryName name, Runnable step) {
            // counts the tags only
        }

        @Override
        public void gone(RepositoryName name) {
            throw new AssertionError(name);
        }

        @Override
        public void complete() {
            // nothing follows
        }
    }

    @Test
    void measures() {
        long empty = heap();
        Indexed index = new Indexed(ROOT, new Ignoring());
        time("first walk", index::walk);
        System.out.printf("large: memory of the names: %d KiB%n", (heap() - empty) / 1024);
        time("second walk", index::walk);
        for (String text : new String[] {"", "app-00", "app-09999", "none"}) {
            index.search(text); // compiles it
            time("search for '" + text + "': " + index.search(text) + " found", () -> index.search(text));
        }
        for (int page = 0; page < 5; page++) {
            String name = "team-%02d/app-%05d".formatted(page, page);
            time("a page of ten tags", () -> assertThat(index.tags(name)).isEqualTo(10));
        }
        System.out.printf("large: memory with those pages: %d KiB%n", (heap() - empty) / 1024);
    }

    @Test
    void measuresFlatpaks() {
        long empty = heap();
        Indexed stores = new Indexed(ROOT);
        Flatpaks flatpaks = new Flatpaks(true, stores.stores().tags(), stores.images(), Long.MAX_VALUE);
        Indexed index = new Indexed(ROOT, flatpaks);
        time("first walk with Flatpaks", index::walk);
        System.out.printf("large: memory with Flatpaks, of which there are none: %d KiB%n", (heap() - empty) / 1024);
        time("second walk with Flatpaks", index::walk);
    }

    /** In bytes, of what is reachable. */
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void time(String what, Runnable work) {
        long begin = System.nanoTime();
        work.run();
        System.out.printf(
                "large: %s: %.1f ms%n",
                what, Duration.ofNanos(System.nanoTime() - begin).toNanos() / 1e6);
    }
}
