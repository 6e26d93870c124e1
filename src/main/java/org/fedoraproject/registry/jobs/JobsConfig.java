package org.fedoraproject.registry.jobs;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * When jobs run by themselves.
 *
 * @param collectInterval the time between two collections; none runs by itself without it
 * @param collectWindow the time of the day in which they run, by the host's time zone
 * @param retainInterval the same for retention
 * @param scrubInterval the same for scrubs
 */
public record JobsConfig(
        @ConfigProperty(name = COLLECT_INTERVAL)
        @Setting(
                min = "PT1S",
                help = "The time from the begin of one collection to the begin of the next. "
                        + "Without it, no collection begins by itself.")
        Optional<Duration> collectInterval,

        @ConfigProperty(name = COLLECT_WINDOW, defaultValue = "00:00-00:00")
        @Setting(unit = "time of the day", help = "When collections may run by themselves" + Window.HELP)
        String collectWindow,

        @ConfigProperty(name = RETAIN_INTERVAL)
        @Setting(
                min = "PT1S",
                help = "The time from the begin of one run of retention to the begin of the next. "
                        + "Without it, no run begins by itself.")
        Optional<Duration> retainInterval,

        @ConfigProperty(name = RETAIN_WINDOW, defaultValue = "00:00-00:00")
        @Setting(unit = "time of the day", help = "When retention may run by itself" + Window.HELP)
        String retainWindow,

        @ConfigProperty(name = SCRUB_INTERVAL)
        @Setting(
                min = "PT1S",
                help = "The time from the begin of one scrub to the begin of the next. "
                        + "Without it, no scrub begins by itself.")
        Optional<Duration> scrubInterval,

        @ConfigProperty(name = SCRUB_WINDOW, defaultValue = "00:00-00:00")
        @Setting(unit = "time of the day", help = "When scrubs may run by themselves" + Window.HELP)
        String scrubWindow) {
    private static final String COLLECT_INTERVAL = "registry.jobs.collect-interval";
    private static final String COLLECT_WINDOW = "registry.jobs.collect-window";
    private static final String RETAIN_INTERVAL = "registry.jobs.retain-interval";
    private static final String RETAIN_WINDOW = "registry.jobs.retain-window";
    private static final String SCRUB_INTERVAL = "registry.jobs.scrub-interval";
    private static final String SCRUB_WINDOW = "registry.jobs.scrub-window";

    /**
     * When one job runs by itself.
     *
     * @param interval empty if it never does
     */
    record Times(Optional<Duration> interval, Window window) {}

    @Inject
    public JobsConfig {
        Window.parse(COLLECT_WINDOW, collectWindow);
        Window.parse(RETAIN_WINDOW, retainWindow);
        Window.parse(SCRUB_WINDOW, scrubWindow);
    }

    Times collect() {
        return new Times(collectInterval, Window.parse(COLLECT_WINDOW, collectWindow));
    }

    Times retain() {
        return new Times(retainInterval, Window.parse(RETAIN_WINDOW, retainWindow));
    }

    Times scrub() {
        return new Times(scrubInterval, Window.parse(SCRUB_WINDOW, scrubWindow));
    }
}
