package org.fedoraproject.registry.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Content.bytes;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagsTest {
    private static final RepositoryName NAME = RepositoryName.parse("a/b");
    private static final Page ALL = new Page(Integer.MAX_VALUE, "");

    @TempDir
    Path root;

    private Stores stores;
    private Tags tags;

    @BeforeEach
    void open() {
        stores = new Stores(root);
        tags = new Tags(stores.tags(), stores.repositories());
    }

    @Test
    void listIsInAsciiOrderPageByPage() {
        for (String tag : List.of("b", "a", "B", "10", "9")) {
            stores.tags().put(NAME, Tag.parse(tag), Digest.of(bytes("manifest")));
        }

        assertThat(tags.list(NAME, ALL)).isEqualTo(page(false, "10", "9", "B", "a", "b"));
        assertThat(tags.list(NAME, new Page(2, ""))).isEqualTo(page(true, "10", "9"));
        assertThat(tags.list(NAME, new Page(2, "9"))).isEqualTo(page(true, "B", "a"));
        assertThat(tags.list(NAME, new Page(2, "a"))).isEqualTo(page(false, "b"));
        assertThat(tags.list(NAME, new Page(0, ""))).isEqualTo(page(false));
    }

    @Test
    void longListThatFindsNoRoomIsRefused() throws IOException {
        for (int i = 0; i < 1000; i++) {
            Files.createDirectories(stores.at("repositories/" + NAME + "/_manifests/tags/" + i));
        }
        HeapBudget heapBudget = new HeapBudget(0, Duration.ofMillis(20));
        try (HeapBudget.ResponseReservation other = heapBudget.reserveForResponse();
                HeapBudget.ResponseReservation room = heapBudget.reserveForResponse()) {
            other.add(4L * Manifest.MAX_SIZE + 64 * 1024); // small responses need no reservation
            assertThat(tags.list(NAME, new Page(100, ""), room).list()).hasSize(100);
            assertRefused(ErrorCode.UNAVAILABLE, () -> tags.list(NAME, ALL, room));
        }
    }

    @Test
    void repositoryWithoutTagsHasAnEmptyList() {
        stores.layer(NAME, bytes("layer"));

        assertThat(tags.list(NAME, ALL)).isEqualTo(page(false));
    }

    @Test
    void repositoryThatIsNoneIsUnknown() {
        stores.layer(NAME, bytes("layer"));

        assertRefused(ErrorCode.NAME_UNKNOWN, () -> tags.list(RepositoryName.parse("a"), ALL));
        assertRefused(ErrorCode.NAME_UNKNOWN, () -> tags.list(RepositoryName.parse("a/b/c"), ALL));
    }

    private static Page.Entries<Tag> page(boolean more, String... tags) {
        return new Page.Entries<>(Stream.of(tags).map(Tag::parse).toList(), more);
    }
}
