package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
    @TempDir
    Path root;

    @Test
    void listsWhatWasPushedPageByPage() {
        Stores stores = new Stores(root);
        Catalog catalog = new Catalog(stores.repositories());
        for (String name : List.of("b", "a-b", "a/b")) {
            stores.layer(RepositoryName.parse(name), bytes("content"));
        }

        assertThat(catalog.list(new Page(2, ""))).isEqualTo(page(true, "a/b", "a-b"));
        assertThat(catalog.list(new Page(2, "a-b"))).isEqualTo(page(false, "b"));
    }

    @Test
    void listsWhatIsShownAndPagesAsIfThereWasNothingElse() {
        Stores stores = new Stores(root);
        Catalog catalog = new Catalog(stores.repositories());
        for (String name : List.of("a", "b", "c", "d", "e")) {
            stores.layer(RepositoryName.parse(name), bytes("content"));
        }
        Predicate<RepositoryName> shown = name -> "ace".contains(name.value());

        assertThat(catalog.list(new Page(2, ""), shown)).isEqualTo(page(true, "a", "c"));
        assertThat(catalog.list(new Page(3, ""), shown)).isEqualTo(page(false, "a", "c", "e"));
        assertThat(catalog.list(new Page(2, "b"), shown)).isEqualTo(page(false, "c", "e"));
        assertThat(catalog.list(new Page(1, "c"), shown)).isEqualTo(page(false, "e"));
        assertThat(catalog.list(new Page(2, ""), name -> name.value().equals("a")))
                .isEqualTo(page(false, "a"));
        assertThat(catalog.list(new Page(0, ""), shown)).isEqualTo(catalog.list(new Page(0, "")));
        assertThat(catalog.list(new Page(9, ""), name -> false)).isEqualTo(page(false));
    }

    private static Page.Entries<RepositoryName> page(boolean more, String... names) {
        return new Page.Entries<>(
                List.of(names).stream().map(RepositoryName::parse).toList(), more);
    }
}
