package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.events.Delivery;
import org.fedoraproject.registry.events.EndpointFigures;
import org.fedoraproject.registry.events.Events;

/** Metrics of events, if there are endpoints. */
@Singleton
public class EventMetrics {
    /** More would make too many time series; meters are never removed. */
    private static final int MAX_ENDPOINTS = 100;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Set<String> measured = new HashSet<>();

    private final Meters meters;
    private final Delivery delivery;

    @Inject
    EventMetrics(Meters meters, Delivery delivery) {
        this.meters = meters;
        this.delivery = delivery;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Events events, Duties duties) {
        if (delivery.isOn()) {
            meters.flag(
                    "registry.events.endpoints.current",
                    "1 while the endpoints of events in force are those of the file",
                    events,
                    Events::isCurrent);
            meters.counter(
                    "registry.events.dropped.entries",
                    "Entries of the queue of events, and dead letters, that were deleted because there were too many",
                    List.of(),
                    delivery,
                    Delivery::dropped);
            meters.counter(
                    "registry.events.dropped.pulls",
                    "Events of pulls that were left out because there were too many at once, or because the share failed",
                    List.of(),
                    events,
                    Events::lostPulls);
            duties.start("event-metrics", Duration.ZERO, PAUSE, this::measureNew);
        }
    }

    private void measureNew() {
        for (String name : delivery.endpoints()) {
            if (measured.size() < MAX_ENDPOINTS && measured.add(name)) {
                measure(List.of(Tag.of("endpoint", name)), delivery.figures(name));
            }
        }
    }

    private void measure(List<Tag> endpoint, EndpointFigures figures) {
        meters.counter(
                "registry.events.delivered",
                "Events that an endpoint has accepted",
                endpoint,
                figures,
                EndpointFigures::delivered);
        meters.counter(
                "registry.events.failures",
                "Requests to an endpoint of events that failed or were refused",
                endpoint,
                figures,
                EndpointFigures::failures);
        meters.gauge(
                "registry.events.dead.letters",
                "Events that an endpoint did not accept, on the instance that delivers",
                endpoint,
                figures,
                EndpointFigures::dead);
        meters.gauge(
                "registry.events.lag.entries",
                "Entries of the queue that an endpoint does not have, on the instance that delivers",
                endpoint,
                figures,
                EndpointFigures::waiting);
        meters.gauge(
                "registry.events.lag.seconds",
                "Age of the oldest event that an endpoint does not have, on the instance that delivers",
                endpoint,
                figures,
                now -> now.lag().toMillis() / 1000.0);
    }
}
