package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Makes the registry's meters, in the server's meter registry. Names have dots, and no unit and no {@code total}, which
 * the exporter appends. They end with the application.
 */
@Singleton
public class Meters {
    /** From a manifest in the kernel's memory up to an upload at a slow client's pace. */
    private static final Duration[] BOUNDS = Stream.of(
                    "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5",
                    "5", "10", "30", "60", "300")
            .map(seconds -> Duration.parse("PT" + seconds + "S"))
            .toArray(Duration[]::new);

    private final MeterRegistry registry = MetersActivator.registry();
    private final Queue<Meter> made = new ConcurrentLinkedQueue<>();

    @Inject
    Meters() {}

    @PreDestroy
    void stop() {
        made.forEach(registry::remove);
    }

    <T> void gauge(String name, String help, T source, ToDoubleFunction<T> figure) {
        gauge(name, help, List.of(), source, figure);
    }

    <T> void gauge(String name, String help, List<Tag> labels, T source, ToDoubleFunction<T> figure) {
        made.add(Gauge.builder(name, source, figure)
                .description(help)
                .tags(labels)
                .strongReference(true)
                .register(registry));
    }

    /** 1 if it holds, else 0. */
    <T> void flag(String name, String help, T source, Predicate<T> holds) {
        gauge(name, help, source, now -> holds.test(now) ? 1 : 0);
    }

    /** A count that the source keeps. */
    <T> void counter(String name, String help, List<Tag> labels, T source, ToDoubleFunction<T> figure) {
        made.add(FunctionCounter.builder(name, source, figure)
                .description(help)
                .tags(labels)
                .register(registry));
    }

    Counter counter(String name, String help, List<Tag> labels) {
        Counter counter = Counter.builder(name).description(help).tags(labels).register(registry);
        made.add(counter);
        return counter;
    }

    /** A histogram of times, in seconds. */
    Timer timer(String name, String help, List<Tag> labels) {
        Timer timer = Timer.builder(name)
                .description(help)
                .tags(labels)
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
        made.add(timer);
        return timer;
    }
}
