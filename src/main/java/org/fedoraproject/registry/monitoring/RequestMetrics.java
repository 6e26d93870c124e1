package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.RequestObserver;

/**
 * Counts requests by endpoint, method and status, and the time that they took by endpoint and method. The number of time
 * series is bounded: by the endpoints, the methods of the API, and the statuses that we send.
 */
@Singleton
public class RequestMetrics implements RequestObserver {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String OTHER = "other";

    /** A manifest from memory of the kernel, up to an upload at a slow client's pace. */
    private static final Duration[] BOUNDS = List.of(
                    "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10",
                    "30", "60", "300")
            .stream()
            .map(seconds -> Duration.parse("PT" + seconds + "S"))
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<Answer, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Request, Timer> timers = new ConcurrentHashMap<>();

    private record Answer(Endpoint endpoint, String method, int status) {}

    private record Request(Endpoint endpoint, String method) {}

    @Inject
    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void ended(Endpoint endpoint, String method, int status, long nanos) {
        String known = METHODS.contains(method) ? method : OTHER;
        counters.computeIfAbsent(new Answer(endpoint, known, status), this::counter)
                .increment();
        Request request = new Request(endpoint, known);
        Timer timer = timers.get(request);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        } else {
            HistogramActivator.registry()
                    .map(server -> timers.computeIfAbsent(request, key -> timer(server, key)))
                    .ifPresent(made -> made.record(nanos, TimeUnit.NANOSECONDS));
        }
    }

    private Counter counter(Answer answer) {
        return registry.counter(
                "registry.http.requests",
                List.of(
                        label(answer.endpoint()),
                        Tag.of("method", answer.method()),
                        Tag.of("status", Integer.toString(answer.status()))));
    }

    private static Timer timer(MeterRegistry server, Request request) {
        return Timer.builder("registry.http.request.duration")
                .tags(List.of(label(request.endpoint()), Tag.of("method", request.method())))
                .serviceLevelObjectives(BOUNDS)
                .register(server);
    }

    private static Tag label(Endpoint endpoint) {
        return Tag.of("endpoint", endpoint.name().toLowerCase(Locale.ROOT));
    }
}
