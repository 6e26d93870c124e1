package org.fedoraproject.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedoraproject.registry.testing.Configured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobsConfigTest {
    private static final String ALWAYS = "00:00-00:00";
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @Test
    void windowMayGoOverMidnight() {
        Window window = Window.parse("key", "22:00-05:30");

        assertThat(window.contains(LocalTime.of(22, 0))).isTrue();
        assertThat(window.contains(LocalTime.of(5, 29))).isTrue();
        assertThat(window.contains(LocalTime.of(5, 30))).isFalse();
        assertThat(window.contains(LocalTime.of(12, 0))).isFalse();
    }

    @Test
    void windowOfEqualTimesIsTheWholeDay() {
        assertThat(Window.parse("key", ALWAYS).contains(LocalTime.of(12, 0))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "22:00", "22-5", "25:00-05:00", "22:00-05:00-06:00", "night"})
    void mistakeInAWindowIsNamed(String window) {
        assertThatThrownBy(() ->
                        new JobsConfig(Optional.empty(), ALWAYS, Optional.empty(), ALWAYS, Optional.empty(), window))
                .hasMessage("registry.jobs.scrub-window is no time of the day such as 22:00-05:30: " + window);
    }

    @Test
    void mistakeInAnIntervalIsNamed() {
        assertThat(Configured.mistakes(JobsConfig.class, Map.of("registry.jobs.collect-interval", "PT0S")))
                .containsExactly("registry.jobs.collect-interval is below PT1S: PT0S");
    }

    @Test
    void mistakeInAParameterIsNamed() {
        assertThatThrownBy(() -> new JobParameters(Map.of("dry-run", "maybe")).dryRun())
                .hasMessage("dry-run is neither true nor false: maybe");
        assertThatThrownBy(() -> new JobParameters(Map.of("bytes-per-second", "0")).bytesPerSecond(1))
                .hasMessage("bytes-per-second is no whole number above 0 that fits: 0");
        assertThatThrownBy(() -> new JobParameters(Map.of("dryrun", "true")).only(Set.of("dry-run")))
                .hasMessage("dryrun is no parameter of this job");
    }

    @Test
    void parametersThatARestartAddsAreAllowed() {
        JobParameters parameters = new JobParameters(Map.of("jberet.jobXmlName", "scrub", "dry-run", "true"));

        assertThat(parameters.only(Set.of("dry-run")).dryRun()).isTrue();
    }

    @Test
    void runIsDueAfterItsIntervalOrIfTheLastOneDidNotEnd() {
        Duration day = Duration.ofDays(1);

        assertThat(Schedule.isDue(Optional.empty(), day, NOW)).isTrue();
        assertThat(Schedule.isDue(run(25, false, "COMPLETED"), day, NOW)).isTrue();
        assertThat(Schedule.isDue(run(23, false, "COMPLETED"), day, NOW)).isFalse();
        assertThat(Schedule.isDue(run(23, true, "COMPLETED"), day, NOW))
                .as("a dry run by hand")
                .isFalse();
        assertThat(Schedule.isDue(run(1, true, "STOPPED"), day, NOW)).isFalse();
        assertThat(Schedule.isDue(run(1, false, "INCOMPLETE"), day, NOW)).isFalse();
        assertThat(Schedule.isDue(run(25, false, "INCOMPLETE"), day, NOW)).isTrue();
        assertThat(Schedule.isDue(run(1, false, "STOPPED"), day, NOW)).isTrue();
    }

    private static Optional<LastRun> run(int hoursAgo, boolean dryRun, String status) {
        Instant begin = NOW.minus(Duration.ofHours(hoursAgo));
        return Optional.of(new LastRun("scrub", begin, begin, dryRun, status, 0, 0, 0));
    }
}
