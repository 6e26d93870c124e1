package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.index.IndexConfig;
import org.fedoraproject.registry.index.Indexed;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.Policy;
import org.fedoraproject.registry.policy.PolicyConfig;
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
    void listIsClosedToThoseWhoMayNotUseTheCatalog() throws IOException {
        Path file =
                Files.writeString(root.resolve("policy"), "rule ** anyone pull\nrule @registry user:alice catalog\n");
        Policy policy = new CurrentPolicy(new PolicyConfig(Optional.of(file.toString())))
                .current()
                .orElseThrow();
        for (boolean indexed : new boolean[] {false, true}) {
            for (String query : new String[] {null, "app", "app/b"}) {
                RepositoryList closed = lists(indexed).list(Access.of(policy, Caller.ANONYMOUS), query, null);
                assertThat(closed.open()).isFalse();
                assertThat(closed.rows()).isEmpty();
                assertThat(closed.next()).isEmpty();
                HomePage page = new HomePage(Templates.layout(""), Templates.commands(), closed);
                assertThat(Html.text(out -> JtehomeGenerated.render(out, null, page)))
                        .contains("The list of repositories is not public", "/r/NAME")
                        .doesNotContain("<form", "app/b", "/r/app");
            }
            Access alices = Access.of(policy, new Caller.User("alice"));
            assertThat(names(lists(indexed).list(alices, "app/b", null))).containsExactly("app/b");
        }
    }

    @Test
    void pageSaysHowTheSearchFinds() {
        for (boolean indexed : new boolean[] {false, true}) {
            RepositoryList list = lists(indexed).list(Access.EVERYTHING, "none", null);
            HomePage page = new HomePage(Templates.layout(""), Templates.commands(), list);
            assertThat(Html.text(out -> JtehomeGenerated.render(out, null, page)))
                    .contains(indexed ? "Find by a part of the name" : "Find by the beginning of the name")
                    .contains(indexed ? "Try a shorter text" : "A name is found only by its beginning");
        }
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
