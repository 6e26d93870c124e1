package org.fedoraproject.registry.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, just now",
        "PT1M, 1 minute ago",
        "PT59M, 59 minutes ago",
        "PT23H, 23 hours ago",
        "P1D, 1 day ago",
        "P59D, 59 days ago",
        "P60D, 2 months ago",
        "P729D, 24 months ago",
        "P730D, 2 years ago",
        "PT-4M, just now",
        "PT-1H, in the future"
    })
    void agesAreInOneUnit(Duration age, String text) {
        assertThat(Times.age(NOW.minus(age), NOW)).isEqualTo(text);
    }

    @Test
    void timesThatNobodyCanHaveMeantAreShownAllTheSame() {
        assertThat(Times.machine(Instant.MAX)).isEqualTo("9999-12-31T23:59:59Z");
        assertThat(Times.utc(Instant.MIN)).isEqualTo("0001-01-01 00:00 UTC");
        assertThat(Times.age(Instant.MAX, NOW)).isEqualTo("in the future");
        assertThat(Times.age(Instant.MIN, NOW)).endsWith(" years ago");
        assertThat(Times.machine(NOW.plusNanos(5))).isEqualTo("2026-11-28T12:00:00Z");
    }
}
