package org.fedoraproject.registry.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.repository.RepositoryChanged;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoriesTest {
    private static final Page ALL = new Page(100, "");

    @TempDir
    Path root;

    private Indexed instance;

    @BeforeEach
    void start() {
        instance = new Indexed(root);
    }

    @Test
    void findsRepositoriesByAPartOfTheName() {
        for (String name : List.of("fedora/app", "fedora-app", "fedora", "other/app", "other/tool")) {
            instance.push(name, "1", "{}");
        }
        instance.push("fedora/app", "2", "{}");
        instance.walk();

        assertThat(search("")).containsExactly("fedora", "fedora/app", "fedora-app", "other/app", "other/tool");
        assertThat(search("APP")).containsExactly("fedora/app", "fedora-app", "other/app");
        assertThat(search("a/a")).containsExactly("fedora/app");
        assertThat(search("none")).isEmpty();
        assertThat(instance.repositories.search("fedora/app", ALL, name -> true).entries())
                .containsExactly(new FoundRepository("fedora/app", 2));
    }

    @Test
    void pagesHaveWhatTheCallerMaySee() {
        for (String name : List.of("a", "b", "c", "d")) {
            instance.push(name, "1", "{}");
        }
        instance.walk();

        Page.Entries<FoundRepository> first = page(new Page(2, ""));
        Page.Entries<FoundRepository> second = page(new Page(2, "c"));

        assertThat(first.entries()).extracting(FoundRepository::name).containsExactly("a", "c");
        assertThat(first.more()).isTrue();
        assertThat(second.entries()).extracting(FoundRepository::name).containsExactly("d");
        assertThat(second.more()).isFalse();
        assertThat(page(new Page(0, "")).more()).isFalse();
    }

    private Page.Entries<FoundRepository> page(Page page) {
        return instance.repositories.search("", page, name -> !name.value().equals("b"));
    }

    @Test
    void walkFindsWhatAnotherRegistryHasDone() throws IOException {
        instance.push("a", "1", "{}");
        instance.push("b", "1", "{}");
        instance.push("c/d", "1", "{}");
        instance.walk();
        instance.stores.write("repositories/e/_layers/x", "");
        instance.stores.write("repositories/c/_manifests/x", "");
        delete(instance.stores.at("repositories/b"));
        delete(instance.stores.at("repositories/c/d"));

        instance.walk();

        assertThat(search("")).containsExactly("a", "c", "e");
    }

    @Test
    void changesOfBothInstancesAreFoundWithoutAWalk() {
        Indexed other = new Indexed(root);
        instance.walk();
        other.walk();
        push("a/b");
        push("c");

        instance.changes.run();
        other.changes.run();

        assertThat(search("")).containsExactly("a/b", "c");
        assertThat(other.repositories.search("", ALL, name -> true).entries())
                .extracting(FoundRepository::name)
                .containsExactly("a/b", "c");
    }

    private void push(String name) {
        instance.push(name, "1", "{}");
        instance.changes.changed(new RepositoryChanged(RepositoryName.parse(name)));
    }

    @Test
    void figuresAreThoseOfWhatIsThere() throws IOException {
        assertThat(instance.walk.lastEnd()).isEqualTo(Instant.EPOCH);
        instance.push("a", "1", "{}");
        instance.push("a", "2", "{}");
        instance.push("b", "1", "{}");
        Instant begin = Instant.now();
        instance.walk();
        long two = instance.repositories.heapSize();
        instance.push("b", "2", "{}");
        instance.walk();

        assertThat(instance.repositories.size()).isEqualTo(2);
        assertThat(instance.repositories.tagCount()).isEqualTo(4);
        assertThat(instance.repositories.heapSize()).isEqualTo(two).isPositive();
        assertThat(instance.walk.lastEnd()).isBetween(begin, Instant.now());
        assertThat(instance.walk.lastDuration()).isPositive();

        delete(instance.stores.at("repositories/a"));
        instance.walk();
        instance.walk();

        assertThat(instance.repositories.tagCount()).isEqualTo(2);
        assertThat(instance.repositories.heapSize()).isEqualTo(two / 2);
        assertThat(instance.walk.failures()).isZero();
    }

    @Test
    void walkThatFailsIsCountedAndLeavesTheLastOneAsItWas() {
        AtomicBoolean fails = new AtomicBoolean();
        Indexed failing = new Indexed(root, new Failing(fails));
        failing.push("a", "1", "{}");
        failing.walk();
        Instant last = failing.walk.lastEnd();
        fails.set(true);

        assertRefused(ErrorCode.UNKNOWN, failing::walk);

        assertThat(failing.walk.failures()).isEqualTo(1);
        assertThat(failing.walk.lastEnd()).isEqualTo(last);
        fails.set(false);
        failing.walk();
        assertThat(failing.walk.failures()).isEqualTo(1);
        assertThat(failing.walk.lastEnd()).isAfter(last);
    }

    /** Another index that fails if it is told to. */
    private record Failing(AtomicBoolean fails) implements RepositoryObserver {
        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public void seen(RepositoryName name, Runnable step) {
            if (fails.get()) {
                throw RegistryException.storageFault(null);
            }
        }

        @Override
        public void gone(RepositoryName name) {}

        @Override
        public void complete() {}
    }

    @Test
    void damagedNotesOfOthersAreIgnored() throws IOException {
        Files.createDirectories(root.resolve(".index"));
        Files.writeString(root.resolve(".index/damaged"), "1 A\nx a\n\n99999999999999999999 a\n2\n3 a/b\n");
        instance.push("a/b", "1", "{}");
        instance.repositories.complete();

        instance.changes.run();

        assertThat(search("")).containsExactly("a/b");
    }

    @Test
    void nothingIsSaidBeforeAllIsKnown() {
        assertRefused(ErrorCode.UNAVAILABLE, () -> search(""));
        instance.walk();
        assertThat(search("")).isEmpty();
    }

    @Test
    void withoutAnIndexTheEndpointIsUnknown() {
        Indexed off = new Indexed(root, new IndexConfig(false, 1, Duration.ofSeconds(1)), List.of());

        assertRefused(ErrorCode.UNSUPPORTED, () -> off.repositories.search("", ALL, name -> true));
        off.changes.changed(new RepositoryChanged(RepositoryName.parse("a")));
        off.changes.run();
        assertThat(off.repositories.size()).isZero();
    }

    private List<String> search(String text) {
        return instance.repositories.search(text, ALL, name -> true).entries().stream()
                .map(FoundRepository::name)
                .toList();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
