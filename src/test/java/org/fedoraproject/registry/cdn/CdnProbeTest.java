package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CdnProbeTest {
    private final CdnProbe probe = new CdnProbe(new CdnSettings().config());

    @AfterEach
    void stop() {
        probe.stop();
    }

    /**
     * Each probe is {@code +} for a success or {@code -} for a failure; the state after it is {@code U} for up or
     * {@code D} for down.
     */
    @ParameterizedTest(name = "{2}: {0}")
    @CsvSource({
        "'',             '',             up before the first look",
        "-,              U,              one failure is none",
        "--,             UD,             two in a row are",
        "-+-+-,          UUUUU,          failures that are not in a row are none",
        "---+,           UDDD,           one answer does not make it up",
        "--++,           UDDU,           two do",
        "--+-+-++,       UDDDDDDU,       but only in a row",
        "--++-,          UDDUU,          and then one failure is none again",
        "--++--,         UDDUUD,         and two are",
        "++++--,         UUUUUD,         however long it was up",
        "------++,       UDDDDDDU,       or down"
    })
    void changesItsMindAfterTwoInARow(String looks, String says, String what) {
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < looks.length(); i++) {
            probe.record(looks.charAt(i) == '+', "test");
            said.append(probe.isUp() ? 'U' : 'D');
        }

        assertThat(said).hasToString(says);
        assertThat(probe.isUp()).isEqualTo(!says.endsWith("D"));
    }
}
