package org.fedoraproject.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedoraproject.registry.testing.Refusals.assertRefused;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {

    @ParameterizedTest(name = "{3}")
    @CsvSource(delimiter = '|', textBlock = """
            bytes=0-9                   | 100 | 0-9         | the first bytes
            bytes=0-0                   | 1   | 0-0         | one byte
            bytes=90-                   | 100 | 90-99       | to the end
            bytes=-10                   | 100 | 90-99       | a suffix
            bytes=-1000                 | 100 | 0-99        | a suffix longer than the content
            bytes=50-1000               | 100 | 50-99       | cut at the end
            bytes=0-9223372036854775807 | 100 | 0-99        | the largest number read
            BYTES=0-9                   | 100 | 0-9         | units have no case
            bytes=0-9, 20-29 ,-1        | 100 | 0-9 20-29 99-99 | several, in the order asked
            bytes=20-29,0-9             | 100 | 20-29 0-9   | several, in the order asked
            bytes=0-9,200-300           | 100 | 0-9         | only those that can be satisfied
            """)
    void parseGivesWhatCanBeSatisfied(String header, long size, String ranges, String why) {
        assertThat(ByteRange.parse(header, size).stream()
                        .map(ByteRange::toString)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(ranges);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            lines=0-9          | another unit
            bytes              | no ranges
            bytes=             | no ranges
            bytes=-            | neither begin nor end
            bytes=9-0          | backwards
            bytes=a-9          | no number
            bytes=0-b          | no number
            bytes=0x0-9        | no decimal number
            bytes=--5          | a negative suffix
            bytes=5            | no dash
            bytes=0-1-2        | two dashes
            bytes=0-9,x        | one of them malformed
            bytes=0-9223372036854775808 | more than 2^63 - 1
            """)
    void parseIgnoresWhatIsMalformed(String header, String why) {
        assertThat(ByteRange.parse(header, 100)).isEmpty();
    }

    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            bytes=100-      | 100 | begins at the end
            bytes=100-200   | 100 | begins at the end
            bytes=-0        | 100 | no bytes at all
            bytes=0-0       | 0   | empty content
            bytes=-1        | 0   | empty content
            bytes=200-,300- | 100 | none of them
            """)
    void parseRefusesWhatCannotBeSatisfied(String header, long size, String why) {
        assertThat(assertRefused(ErrorCode.RANGE_INVALID, () -> ByteRange.parse(header, size))
                        .headers())
                .containsEntry("Content-Range", "bytes */" + size);
    }

    @Test
    void parseTakesSixteenRangesAndIgnoresMore() {
        String[] ranges = new String[16];
        Arrays.fill(ranges, "0-0");
        String sixteen = "bytes=" + String.join(",", ranges);

        assertThat(ByteRange.parse(sixteen, 1)).hasSize(16);
        assertThat(ByteRange.parse(sixteen + ",0-0", 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0-0,0,0",
        "0-9,0,9",
        "' 10-19 ',10,19",
        "bytes 10-19/20,10,19",
        "bytes 10-19/*,10,19",
        "bytes 1-2,1,2",
        "bytes=0-4,0,4",
        "0-9223372036854775807,0,9223372036854775807"
    })
    void parseContentRangeTakesTheSpecsFormAndHttps(String header, long first, long last) {
        assertThat(ByteRange.parseContentRange(header)).isEqualTo(new ByteRange(first, last));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            ''            | empty
            5             | no dash
            -5            | no begin
            5-            | no end
            5-4           | backwards
            -1-4          | a negative begin
            a-b           | no numbers
            0-9223372036854775808 | more than 2^63 - 1
            bytes */5     | no range
            lines 0-4     | another unit
            """)
    void parseContentRangeRefuses(String header, String why) {
        assertRefused(ErrorCode.RANGE_INVALID, () -> ByteRange.parseContentRange(header));
    }

    @Test
    void lengthCountsBothEnds() {
        assertThat(new ByteRange(5, 5).length()).isEqualTo(1);
        assertThat(new ByteRange(10, 19).length()).isEqualTo(10);
    }

    @Test
    void rejectsRangeThatIsNone() {
        assertRefused(ErrorCode.RANGE_INVALID, () -> new ByteRange(-1, 0));
        assertRefused(ErrorCode.RANGE_INVALID, () -> new ByteRange(1, 0));
    }
}
