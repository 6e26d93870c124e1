package org.fedoraproject.registry.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedNamesTest {
    private static final SortedNames NAMES = SortedNames.of(List.of("b", "a", "ab", "B", "1.10", "1.9", "_", "a"));

    @Test
    void areInAsciiOrderAndEachOnce() {
        assertThat(NAMES).containsExactly("1.10", "1.9", "B", "_", "a", "ab", "b");
    }

    @Test
    void otherCharactersAreLeftOut() {
        assertThat(SortedNames.of(List.of("a", "\u00e9", "b\u2028"))).containsExactly("a");
    }

    @Test
    void containsOnlyWholeNames() {
        assertThat(NAMES.contains("ab")).isTrue();
        assertThat(NAMES.contains("abc")).isFalse();
        assertThat(NAMES.contains("1.")).isFalse();
        assertThat(NAMES.contains("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1.10", "1.1", "1.95", "B", "Z", "a", "aa", "b", "c", "\u00e9", "~~~"})
    void pageGoesOnBehindItsLastName(String last) {
        for (int limit = 0; limit < 9; limit++) {
            Page page = new Page(limit, last);
            Page.Selection expected = page.selection();
            NAMES.forEach(expected::add);

            SortedNames.Slice slice = NAMES.page(page);

            assertThat(new Page.Entries<>(slice.list(), slice.more()))
                    .as("%d after %s", limit, last)
                    .isEqualTo(expected.entries());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1000, 5000})
    void slicesAreWrittenWithSeparators(int count) throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("tag-%05d".formatted(i) + "x".repeat(i % 100));
        }
        Collections.shuffle(names, new Random(1));
        SortedNames.Slice all = SortedNames.of(names).page(new Page(Integer.MAX_VALUE, ""));
        Collections.sort(names);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        all.writeTo(out, "\",\"");

        assertThat(out.toString(US_ASCII)).isEqualTo(String.join("\",\"", names));
        assertThat(all.length("\",\"")).isEqualTo(out.size());
    }

    @Test
    void nameLongerThanTheBufferIsWritten() throws IOException {
        String large = "b".repeat(20_000);
        SortedNames.Slice all = SortedNames.of(List.of(large, "a", "c")).page(new Page(10, ""));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        all.writeTo(out, ",");

        assertThat(out.toString(US_ASCII)).isEqualTo("a," + large + ",c");
    }

    @Test
    void tenThousandNamesTakeLittleHeap() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            names.add("tag-%05d".formatted(i));
        }

        assertThat(SortedNames.of(names).heapSize()).isBetween(130_000L, 131_000L);
    }
}
