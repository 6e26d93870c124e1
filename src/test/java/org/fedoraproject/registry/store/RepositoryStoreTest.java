package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.nfs.Operation;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.testing.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryStoreTest {
    /** In docker-distribution's order: the slash sorts before everything. */
    private static final List<String> NAMES = List.of(
            "a",
            "a/b",
            "a/b/c",
            "a-b",
            "a.b",
            "a0",
            "library/math",
            "math",
            "math/x/y",
            "math-voila",
            "math-voila/z",
            "maths",
            "n/o/p");

    private static final Page ALL = new Page(Integer.MAX_VALUE, "");

    @TempDir
    Path root;

    private Stores stores;
    private RepositoryStore repositories;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        repositories = stores.repositories();
    }

    @Test
    void listIsInTheOrderOfComponents() throws IOException {
        make(NAMES);

        assertThat(list(ALL)).isEqualTo(NAMES);
        assertThat(repositories.list(ALL).more()).isFalse();
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        make(NAMES);
        Path a = root.resolve("docker/registry/v2/repositories/a");
        Files.createSymbolicLink(a.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(a.resolveSibling("zz"), a);

        assertThat(list(ALL)).isEqualTo(NAMES);
    }

    @Test
    void namespaceOfManyIsListedWholeAndByPages() throws IOException {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            many.add("many/%04d".formatted(i));
        }
        make(many);
        make(List.of("many/0007/x", "z"));
        many.add(8, "many/0007/x");
        many.add("z");

        assertThat(list(ALL)).isEqualTo(many);
        assertThat(list(new Page(1000, "many/1499"))).isEqualTo(many.subList(1501, 2501));
        assertThat(list(new Page(3, "many/2498"))).containsExactly("many/2499", "z");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 12, 13, 14})
    void pagesOfAnySizeGiveTheSameSequence(int size) throws IOException {
        make(NAMES);
        List<String> seen = new ArrayList<>();
        String last = "";
        boolean more;
        do {
            Page.Entries<RepositoryName> page = repositories.list(new Page(size, last));
            page.entries().forEach(name -> seen.add(name.value()));
            last = seen.getLast();
            more = page.more();
        } while (more && seen.size() <= NAMES.size());

        assertThat(seen).isEqualTo(NAMES);
    }

    @Test
    void pageFromEveryLastGoesOnBehindIt() throws IOException {
        make(NAMES);
        for (int last = 0; last < NAMES.size(); last++) {
            for (int limit = 0; limit <= NAMES.size(); limit++) {
                int end = Math.min(last + 1 + limit, NAMES.size());
                Page.Entries<RepositoryName> page = repositories.list(new Page(limit, NAMES.get(last)));

                assertThat(page.entries())
                        .as("%d after %s", limit, NAMES.get(last))
                        .extracting(RepositoryName::value)
                        .isEqualTo(NAMES.subList(last + 1, end));
                assertThat(page.more()).isEqualTo(limit > 0 && end < NAMES.size());
            }
        }
    }

    @Test
    void pageFromALastThatIsGoneGoesOnWhereItWouldHaveBeen() throws IOException {
        for (String gone : NAMES) {
            List<String> others =
                    NAMES.stream().filter(name -> !name.equals(gone)).toList();
            Path tree = stores.at("repositories");
            stores.storage().use(connection -> connection.deleteTree(tree));
            make(others);

            assertThat(list(new Page(100, gone)))
                    .as("after %s", gone)
                    .isEqualTo(NAMES.subList(NAMES.indexOf(gone) + 1, NAMES.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zzz", "n/o/p/q", "n/zzz", "~"})
    void pageBehindTheEndIsEmpty(String last) throws IOException {
        make(NAMES);

        assertThat(repositories.list(new Page(100, last))).isEqualTo(new Page.Entries<>(List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "a//b", "../..", "a/../..", "\u00e9", "_uploads", "A", " "})
    void lastThatIsNoNameIsNoFault(String last) throws IOException {
        make(NAMES);

        assertThat(NAMES).endsWith(list(new Page(100, last)).toArray(String[]::new));
    }

    @Test
    void repositoryHasLayersOrManifests() throws IOException {
        make(List.of("layers"));
        Files.createDirectories(stores.at("repositories/manifests/_manifests"));
        Files.createDirectories(stores.at("repositories/uploads/_uploads"));
        Files.createDirectories(stores.at("repositories/referrers/_referrers"));
        Files.createDirectories(stores.at("repositories/empty"));

        assertThat(list(ALL)).containsExactly("layers", "manifests");
        assertThat(repositories.exists(RepositoryName.parse("layers"))).isTrue();
        assertThat(repositories.exists(RepositoryName.parse("manifests"))).isTrue();
        assertThat(repositories.exists(RepositoryName.parse("uploads"))).isFalse();
        assertThat(repositories.exists(RepositoryName.parse("empty"))).isFalse();
        assertThat(repositories.exists(RepositoryName.parse("missing"))).isFalse();
    }

    @Test
    void listDoesNotGoIntoDirectoriesOfTheRegistry() throws IOException {
        make(List.of("a", "a/_layers/b", "_c", "d/_trash/e"));

        assertThat(list(ALL)).containsExactly("a");
    }

    @Test
    void listSkipsWhatIsNoRepository() throws IOException {
        make(List.of(
                "a",
                "Upper",
                "b.2f1c7ef0-4a2b-4f3e-9d1a-0123456789ab.tmp",
                ".nfs1",
                ".snapshot/a",
                "-c",
                "x".repeat(200) + "/" + "y".repeat(100)));
        stores.write("repositories/file", "");
        Files.createDirectories(stores.at("repositories/_layers"));

        assertThat(list(ALL)).containsExactly("a");
    }

    @Test
    void directoriesAreReadUnlessTheCatalogIsAsked() throws IOException {
        make(NAMES);
        AtomicInteger read = new AtomicInteger();
        stores.factory().observe((operation, nanos) -> read.addAndGet(operation == Operation.LIST ? 1 : 0));
        Await.until("the directories are old enough to be kept", Duration.ofSeconds(10), () -> {
            stores.factory().readClock();
            repositories.listKept(ALL);
            read.set(0);
            repositories.listKept(ALL);
            return read.get() == 0;
        });

        assertThat(list(ALL)).isEqualTo(NAMES);
        assertThat(read).hasValueGreaterThanOrEqualTo(NAMES.size());
        read.set(0);
        assertThat(repositories.listKept(ALL)).isEqualTo(repositories.list(ALL, link -> {}));
        assertThat(read).hasValueGreaterThanOrEqualTo(NAMES.size());
        read.set(0);
        assertThat(values(repositories.listKept(ALL))).isEqualTo(NAMES);
        assertThat(read).hasValue(0);
        make(List.of("new/one"));
        assertThat(values(repositories.listKept(ALL))).contains("new/one").hasSize(NAMES.size() + 1);
    }

    @Test
    void listOfAnEmptyShareIsEmpty() {
        assertThat(list(ALL)).isEmpty();
    }

    private List<String> list(Page page) {
        return values(repositories.list(page));
    }

    private static List<String> values(Page.Entries<RepositoryName> page) {
        return page.entries().stream().map(RepositoryName::value).toList();
    }

    private void make(List<String> names) throws IOException {
        for (String name : names) {
            Files.createDirectories(stores.at("repositories/" + name + "/_layers"));
        }
    }
}
