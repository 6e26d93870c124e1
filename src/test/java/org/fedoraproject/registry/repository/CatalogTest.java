package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;

import java.nio.file.Path;
import java.util.List;
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

    private static Page.Entries<RepositoryName> page(boolean more, String... names) {
        return new Page.Entries<>(
                List.of(names).stream().map(RepositoryName::parse).toList(), more);
    }
}
