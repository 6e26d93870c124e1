package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.fedoraproject.registry.cdn.Redirects;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;

/** The registry's own figures, beside those that WildFly has of its subsystems. */
@Singleton
public class Metrics {
    @Inject
    MeterRegistry registry;

    @Inject
    NfsConnectionFactory share;

    @Inject
    Redirects redirects;

    /** By the registry's own methods: meters from builders never leave WildFly 39's registry for deployments (WFLY-21061). */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        List<Tag> none = List.of();
        registry.gauge(
                "registry.nfs.connections.used",
                none,
                share,
                pool -> pool.statistics().inUse());
        registry.gauge(
                "registry.nfs.connections.max",
                none,
                share,
                pool -> pool.statistics().maxConnections());
        registry.gauge(
                "registry.nfs.connections.waiting",
                none,
                share,
                pool -> pool.statistics().waiting());
        registry.gauge(
                "registry.nfs.usable",
                none,
                share,
                pool -> pool.statistics().fault().isEmpty() ? 1 : 0);
        registry.more()
                .counter(
                        "registry.nfs.connections.refused",
                        none,
                        share,
                        pool -> pool.statistics().timedOut());
        registry.gauge("registry.cdn.redirecting", none, redirects, now -> now.state() == Redirects.State.ON ? 1 : 0);
        registry.more().counter("registry.cdn.redirects", none, redirects, Redirects::count);
    }
}
