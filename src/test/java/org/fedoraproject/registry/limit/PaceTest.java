package org.fedoraproject.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace(1000, Duration.ofSeconds(10));

    @Test
    void clientThatStandsStillIsWaitedForAsLongAsPatienceLasts() {
        assertThat(isTooSlowAfter(10)).isFalse();
        assertThat(isTooSlowAfter(1)).isTrue();
    }

    @Test
    void clientAtTheRateIsNeverTooSlow() {
        for (int second = 0; second < 100_000; second++) {
            assertThat(isTooSlowAfter(1)).isFalse();
            pace.moved(1000);
        }
    }

    @Test
    void clientAtHalfTheRateIsTooSlowInTwiceTheTime() {
        int seconds = 0;
        while (!isTooSlowAfter(1)) {
            pace.moved(500);
            seconds++;
        }
        assertThat(seconds).isBetween(18, 20);
    }

    /** Or a gigabyte at the beginning would pay for days. */
    @Test
    void clientThatWasFastMayNotStandStillForLonger() {
        pace.moved(1L << 50);
        assertThat(isTooSlowAfter(10)).isFalse();
        assertThat(isTooSlowAfter(1)).isTrue();
    }

    @Test
    void clientThatWasSlowMayCatchUp() {
        assertThat(isTooSlowAfter(9)).isFalse();
        assertThat(pace.left()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        pace.moved(9000);
        assertThat(isTooSlowAfter(10)).isFalse();
    }

    /** As the end of a body has it. */
    @Test
    void fewerThanNoBytesAreNone() {
        pace.waited(TimeUnit.SECONDS.toNanos(10));
        pace.moved(-1);
        assertThat(isTooSlowAfter(0)).isFalse();
    }

    @Test
    void withoutARateNobodyIsTooSlow() {
        Pace any = new Pace(0, Duration.ofSeconds(10));
        any.moved(1);
        any.waited(TimeUnit.DAYS.toNanos(1));
        assertThat(any.isTooSlow()).isFalse();
    }

    private boolean isTooSlowAfter(int seconds) {
        pace.waited(TimeUnit.SECONDS.toNanos(seconds));
        return pace.isTooSlow();
    }
}
