package org.fedoraproject.registry.monitoring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.fedoraproject.registry.index.Images;
import org.fedoraproject.registry.index.Repositories;
import org.fedoraproject.registry.index.Walk;

/** Metrics of the index, if there is one. */
@Singleton
public class IndexMetrics {
    private final Meters meters;

    @Inject
    IndexMetrics(Meters meters) {
        this.meters = meters;
    }

    void start(
            @Observes @Initialized(ApplicationScoped.class) Object event,
            Repositories index,
            Images images,
            Walk walk) {
        if (index.isEnabled()) {
            measureContent(index, images);
            measureWalks(walk);
        }
    }

    private void measureContent(Repositories index, Images images) {
        meters.gauge("registry.index.repositories", "Repositories in the index", index, Repositories::size);
        meters.gauge("registry.index.tags", "Tags of the repositories in the index", index, Repositories::tagCount);
        meters.flag(
                "registry.index.complete",
                "1 once the index has seen all repositories since the start",
                index,
                Repositories::isComplete);
        meters.gauge(
                "registry.index.memory.bytes",
                "Heap that the index takes for names and for what images say, estimated",
                index,
                names -> names.heapSize() + images.heapSize());
        meters.counter(
                "registry.index.unreadable.images",
                "Images of which no details are known, because they could not be read",
                List.of(),
                images,
                Images::unreadable);
    }

    private void measureWalks(Walk walk) {
        meters.gauge(
                "registry.index.walk.last.end.seconds",
                "Time since 1970 at which the last whole walk of the index ended",
                walk,
                last -> last.lastEnd().toEpochMilli() / 1000.0);
        meters.gauge(
                "registry.index.walk.last.run.seconds",
                "Time that the last whole walk of the index took",
                walk,
                last -> last.lastDuration().toMillis() / 1000.0);
        meters.counter(
                "registry.index.walk.failures", "Walks of the index that failed", List.of(), walk, Walk::failures);
    }
}
