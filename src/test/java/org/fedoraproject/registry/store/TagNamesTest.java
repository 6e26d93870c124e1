package org.fedoraproject.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.Test;

class TagNamesTest {
    private static final List<String> NAMES =
            IntStream.range(0, 1000).mapToObj(i -> "tag-" + i).toList();

    @Test
    void keepsTheTagsInBatches() {
        TagNames names = filled(0, 1, 100_000);

        assertThat(names.isComplete()).isTrue();
        assertThat(names.neededParts()).isEqualTo(1);
        List<TagNames.Batch> batches = names.batches(300);
        assertThat(batches).hasSize(4);
        assertThat(values(batches)).isEqualTo(NAMES);
    }

    @Test
    void ignoresWhatIsNoTag() {
        TagNames names = new TagNames(0, 1, 1000);
        names.add("-no");
        names.add("yes");

        assertThat(values(names.batches(10))).containsExactly("yes");
    }

    @Test
    void withoutNamesThereIsNoBatch() {
        assertThat(new TagNames(0, 1, 1000).batches(10)).isEmpty();
    }

    @Test
    void tooManyNamesAreReadInParts() {
        int limit = 2000;
        TagNames all = filled(0, 1, limit);
        assertThat(all.isComplete()).isFalse();

        int parts = all.neededParts();
        assertThat(parts).isBetween(2, 20);
        List<String> found = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            TagNames names = filled(part, parts, limit);
            assertThat(names.isComplete()).isTrue();
            found.addAll(values(names.batches(10)));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(NAMES);
    }

    private static TagNames filled(int part, int parts, int limit) {
        TagNames names = new TagNames(part, parts, limit);
        NAMES.forEach(names::add);
        return names;
    }

    private static List<String> values(List<TagNames.Batch> batches) {
        return batches.stream()
                .flatMap(batch -> batch.tags().stream())
                .map(Tag::value)
                .toList();
    }
}
