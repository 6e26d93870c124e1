package org.fedoraproject.registry.gc;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.fedoraproject.registry.cluster.Cluster;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.store.Leases;
import org.jboss.logging.Logger;

/** Collects garbage again and again, on one instance of the cluster, if that is enabled. */
@Singleton
public class CollectionDuty {
    private static final Logger LOG = Logger.getLogger(CollectionDuty.class);
    private static final Duration FIRST = Duration.ofHours(1);

    private final Collector collector;
    private final CollectionConfig config;
    private final Cluster cluster;
    private volatile boolean stopping;

    @Inject
    public CollectionDuty(Collector collector, CollectionConfig config, Cluster cluster) {
        this.collector = collector;
        this.config = config;
        this.cluster = cluster;
    }

    void start(
            @Observes @Initialized(ApplicationScoped.class) Object event,
            Duties duties,
            Leases leases,
            Switches switches) {
        leases.pauseWhile(() -> switches.isOn(Switch.READ_ONLY));
        if (config.enabled()) {
            Duration first = config.interval().compareTo(FIRST) < 0 ? config.interval() : FIRST;
            duties.startInOwnThread("collection", first, config.interval(), this::run);
        }
    }

    @PreDestroy
    void stop() {
        stopping = true;
    }

    private void run() {
        if (!cluster.isFirst()) {
            return;
        }
        CollectionReport report =
                collector.run(new CollectionRequest(false), progress -> {}, () -> stopping || !cluster.isFirst());
        CollectionFigures figures = report.figures();
        LOG.infof(
                "Collection %s %s: %d repositories, %d manifests; trashed %d blobs and %d links, restored %d, purged %d"
                        + " blobs of %d bytes",
                report.status(),
                report.reason(),
                figures.repositories(),
                figures.manifests(),
                figures.trashedBlobs(),
                figures.trashedLinks(),
                figures.restored(),
                figures.purgedBlobs(),
                figures.purgedBytes());
        if (report.status() == CollectionStatus.FAILED) {
            throw new IllegalStateException(report.reason());
        }
    }
}
