package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
    private static final List<String> ENTRIES = List.of("a", "b", "c", "d");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, 100, ''",
                "0, -, 0, ''",
                "1, x, 1, x",
                "0100, -, 100, ''",
                "101, -, 100, ''",
                "999999999, -, 100, ''",
                "99999999999999999999, -, 100, ''"
            })
    void parseReadsTheParameters(String n, String last, int limit, String after) {
        assertThat(Page.parse(n, last, 100)).isEqualTo(new Page(limit, after));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            -1   | below 0
            +1   | a sign
            1.0  | a fraction
            ' 1' | a blank
            all  | a word
            \u0661 | a digit of another script
            """)
    void parseRefuses(String n, String why) {
        assertRefused(ErrorCode.PAGINATION_NUMBER_INVALID, () -> Page.parse(n, null, 100));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2 | '' | a b     | true
            2 | b  | c d     | false
            2 | c  | d       | false
            2 | bb | c d     | false
            2 | d  | ''      | false
            2 | z  | ''      | false
            4 | '' | a b c d | false
            3 | '' | a b c   | true
            0 | '' | ''      | false
            2147483647 | a | b c d | false
            """)
    void ofGivesTheEntriesAfterLast(int limit, String last, String entries, boolean more) {
        Page.Entries<String> page = new Page(limit, last).of(ENTRIES, Function.identity());

        assertThat(String.join(" ", page.entries())).isEqualTo(entries);
        assertThat(page.more()).isEqualTo(more);
        Page.Selection selection = new Page(limit, last).selection();
        Stream.of("c", "a", "d", "b").forEach(selection::add);
        assertThat(selection.entries()).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 100, 999, 1000, 5000})
    void selectionHasTheLeastOfManyAndKeepsFew(int limit) {
        List<String> names =
                IntStream.range(0, 1000).mapToObj(i -> "%04d".formatted(i)).collect(Collectors.toList());
        Collections.shuffle(names, new Random(limit));
        Page page = new Page(limit, "0009");
        Page.Selection selection = page.selection();
        for (String name : names) {
            selection.add(name);
            assertThat(selection.size()).isLessThan(2 * (limit + 1));
        }
        names.sort(null);

        assertThat(selection.entries()).isEqualTo(page.of(names, Function.identity()));
    }

    @Test
    void ofEmptyListIsEmpty() {
        assertThat(new Page(1, "").of(List.<String>of(), Function.identity()))
                .isEqualTo(new Page.Entries<>(List.of(), false));
    }
}
