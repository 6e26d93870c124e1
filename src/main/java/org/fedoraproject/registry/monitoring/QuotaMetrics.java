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
import org.fedoraproject.registry.quota.Quotas;

/** Metrics of quotas, if there are any. */
@Singleton
public class QuotaMetrics {
    /** More would make too many time series; meters are never removed. */
    private static final int MAX_QUOTAS = 100;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Set<String> measured = new HashSet<>();

    private final Meters meters;
    private final Quotas quotas;

    @Inject
    QuotaMetrics(Meters meters, Quotas quotas) {
        this.meters = meters;
        this.quotas = quotas;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (quotas.isOn()) {
            meters.flag("registry.quota.in.force", "1 once repositories have been counted", quotas, Quotas::isInForce);
            meters.counter(
                    "registry.quota.refusals",
                    "Pushes refused because of a quota",
                    List.of(),
                    quotas,
                    Quotas::refusals);
            measureNew();
            duties.start("quota-metrics", PAUSE, PAUSE, this::measureNew);
        }
    }

    private void measureNew() {
        for (String label : quotas.labels()) {
            if (measured.size() < MAX_QUOTAS && measured.add(label)) {
                List<Tag> quota = List.of(Tag.of("quota", label));
                meters.gauge("registry.quota.used", "What a quota counts", quota, quotas, now -> now.used(label));
                meters.gauge("registry.quota.limit", "What a quota allows", quota, quotas, now -> now.limit(label));
            }
        }
    }
}
