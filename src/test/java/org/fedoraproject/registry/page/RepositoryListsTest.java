package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.index.IndexConfig;
import org.fedoraproject.registry.index.Indexed;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.repository.Catalog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryListsTest {
    @TempDir
    Path root;

    private Indexed instance;

    @BeforeEach
    void push() {
        instance = new Indexed(root);
        for (String name : List.of("a", "app", "app/b", "app/c", "app-x", "apple", "b/app", "c")) {
            instance.push(name, "1", "{}");
        }
        for (int i = 0; i < 60; i++) {
            instance.push("many/%02d".formatted(i), "1", "{}");
        }
        instance.walk();
    }

    private RepositoryLists lists(boolean indexed) {
        return new RepositoryLists(
                instance.repositories(),
                new Catalog(instance.stores().repositories()),
                new IndexConfig(indexed, 1, Duration.ofMinutes(1)));
    }

    private static List<String> names(RepositoryList list) {
        return list.rows().stream().map(RepositoryRow::name).toList();
    }

    @Test
    void searchWithoutIndexFindsBeginnings() {
        RepositoryLists lists = lists(false);

        assertThat(names(lists.list(Access.EVERYTHING, "app", null)))
                .containsExactly("app", "app/b", "app/c", "app-x", "apple");
        assertThat(names(lists.list(Access.EVERYTHING, " APP/ ", ""))).containsExactly("app/b", "app/c");
        assertThat(names(lists.list(Access.EVERYTHING, "app/c", null))).containsExactly("app/c");
        assertThat(names(lists.list(Access.EVERYTHING, "b/a", null))).containsExactly("b/app");
        for (String none : List.of("zz", "<script>", "pp", "a/", "..", "x".repeat(3000))) {
            assertThat(lists.list(Access.EVERYTHING, none, null).rows())
                    .as(none)
                    .isEmpty();
        }
    }

    @Test
    void searchWithIndexFindsParts() {
        RepositoryList found = lists(true).list(Access.EVERYTHING, "pp", null);

        assertThat(names(found)).containsExactly("app", "app/b", "app/c", "app-x", "apple", "b/app");
        assertThat(found.anywhere()).isTrue();
        assertThat(found.rows().getFirst().tags()).isEqualTo("1 tag");
    }

    @Test
    void pagesFollowEachOtherInEachKindOfList() {
        for (boolean indexed : new boolean[] {false, true}) {
            for (String query : List.of("", "many")) {
                RepositoryLists lists = lists(indexed);
                List<String> all = new ArrayList<>();
                RepositoryList page = lists.list(Access.EVERYTHING, query, null);
                all.addAll(names(page));
                while (page.next().isPresent()) {
                    assertThat(page.rows()).hasSize(RepositoryLists.PAGE);
                    page = lists.list(Access.EVERYTHING, query, all.getLast());
                    assertThat(page.first()).isFalse();
                    all.addAll(names(page));
                }
                assertThat(all).as(query + indexed).doesNotHaveDuplicates().hasSize(query.isEmpty() ? 68 : 60);
                assertThat(all.stream().map(RepositoryName::parse).toList()).hasSize(all.size());
            }
        }
    }
}
