package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.RequestObserver;

/**
 * Counts requests by endpoint, method and status, and the time that they took by endpoint and method. The number of time
 * series is bounded: by the endpoints, the methods of the API, and the statuses that we send.
 */
@Singleton
public class RequestMetrics implements RequestObserver {
    /** Any other method counts as one, because clients may make up as many as they like. */
    static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final String OTHER = "other";

    private final Meters meters;
    private final Map<Answer, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Request, Timer> timers = new ConcurrentHashMap<>();

    private record Request(Endpoint endpoint, String method) {
        private List<Tag> labels() {
            return List.of(Tag.of("endpoint", endpoint.name().toLowerCase(Locale.ROOT)), Tag.of("method", method));
        }
    }

    private record Answer(Request request, int status) {}

    @Inject
    RequestMetrics(Meters meters) {
        this.meters = meters;
    }

    @Override
    public void ended(Endpoint endpoint, String method, int status, long nanos) {
        Request request = new Request(endpoint, METHODS.contains(method) ? method : OTHER);
        counters.computeIfAbsent(new Answer(request, status), this::counter).increment();
        timers.computeIfAbsent(request, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Counter counter(Answer answer) {
        List<Tag> labels = Stream.concat(
                        answer.request().labels().stream(),
                        Stream.of(Tag.of("status", Integer.toString(answer.status()))))
                .toList();
        return meters.counter("registry.http.requests", "Requests of clients to the API that have ended", labels);
    }

    private Timer timer(Request request) {
        return meters.timer(
                "registry.http.request.duration",
                "Time from the first check of a request to the end of the answer's body",
                request.labels());
    }
}
