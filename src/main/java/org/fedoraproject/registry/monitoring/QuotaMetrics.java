package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
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
import org.fedoraproject.registry.quota.Quotas;

/** Metrics of quotas, if there are any. */
@Singleton
public class QuotaMetrics {
    /** More would make too many time series; meters are never removed. */
    private static final int MAX_QUOTAS = 100;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Set<String> measured = new HashSet<>();

    private final MeterRegistry registry;
    private final Quotas quotas;

    @Inject
    QuotaMetrics(MeterRegistry registry, Quotas quotas) {
        this.registry = registry;
        this.quotas = quotas;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (quotas.isOn()) {
            registry.gauge("registry.quota.in.force", List.of(), quotas, now -> now.isInForce() ? 1 : 0);
            registry.more().counter("registry.quota.refusals", List.of(), quotas, Quotas::refusals);
            measureNew();
            duties.start("quota-metrics", PAUSE, PAUSE, this::measureNew);
        }
    }

    private void measureNew() {
        for (String label : quotas.labels()) {
            if (measured.size() < MAX_QUOTAS && measured.add(label)) {
                List<Tag> quota = List.of(Tag.of("quota", label));
                registry.gauge("registry.quota.used", quota, quotas, now -> now.used(label));
                registry.gauge("registry.quota.limit", quota, quotas, now -> now.limit(label));
            }
        }
    }
}
