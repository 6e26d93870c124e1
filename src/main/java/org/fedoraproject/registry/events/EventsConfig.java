package org.fedoraproject.registry.events;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configures events.
 *
 * @param endpoints the file of endpoints; without one, nobody is told of anything
 * @param maxEntries of the queue
 * @param giveUpAfter how old an event gets before it is given up
 * @param maxRefusals how often an endpoint refuses an event before it is given up
 * @param retryPause the first pause after a failure; it doubles with each further one
 */
public record EventsConfig(
        @ConfigProperty(name = EventsConfig.ENDPOINTS)
        @Setting(
                unit = "file",
                help =
                        "The file with the [endpoints of events](EVENTS.md), the same on all instances. Without it, there "
                                + "are no events.")
        Optional<String> endpoints,

        @ConfigProperty(name = "registry.events.max-entries", defaultValue = "1000000")
        @Setting(
                unit = "entries",
                min = "1000",
                help =
                        "The most entries of the queue on the share, with dead letters. If there are more, the oldest are deleted.")
        long maxEntries,

        @ConfigProperty(name = "registry.events.give-up-after", defaultValue = "PT72H")
        @Setting(
                above = "PT0S",
                help = "An event that is older, and that an endpoint does not accept, becomes a "
                        + "[dead letter](EVENTS.md#dead-letters).")
        Duration giveUpAfter,

        @ConfigProperty(name = "registry.events.max-refusals", defaultValue = "10")
        @Setting(
                unit = "tries",
                min = "1",
                help = "An event that an endpoint refuses so many times, with a status 4xx, becomes a dead letter.")
        int maxRefusals,

        @ConfigProperty(name = "registry.events.retry-pause", defaultValue = "PT1S")
        @Setting(
                above = "PT0S",
                help = "The pause after a failed delivery. It doubles with each further failure, up to five minutes.")
        Duration retryPause) {
    static final String ENDPOINTS = "registry.events.endpoints";

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int MAX_DOUBLINGS = 20;

    @Inject
    public EventsConfig {}

    /** @param failures one after the other, at least 1 */
    Duration pause(int failures) {
        Duration pause = retryPause.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
