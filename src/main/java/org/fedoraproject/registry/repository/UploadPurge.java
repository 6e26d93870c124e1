package org.fedoraproject.registry.repository;

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
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.UploadStore;
import org.jboss.logging.Logger;

/**
 * Deletes abandoned upload sessions once a day. One instance of a cluster does it, but no harm is done if several do.
 */
@Singleton
public class UploadPurge {
    private static final Logger LOG = Logger.getLogger(UploadPurge.class);
    private static final int BATCH = 1000;

    private final UploadStore uploads;
    private final RepositoryStore repositories;
    private final UploadConfig config;
    private final Cluster cluster;
    private final Switches switches;

    @Inject
    public UploadPurge(
            UploadStore uploads,
            RepositoryStore repositories,
            UploadConfig config,
            Cluster cluster,
            Switches switches) {
        this.uploads = uploads;
        this.repositories = repositories;
        this.config = config;
        this.cluster = cluster;
        this.switches = switches;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        duties.start("upload-purge", Duration.ofHours(1), Duration.ofHours(24), this::run);
    }

    /**
     * Deletes the sessions that are older than their lifetime; returns how many. A repository whose sessions cannot be
     * read costs a line in the log.
     *
     * @throws RegistryException if the share cannot be read
     */
    public int purge() {
        int purged = 0;
        Page page = new Page(BATCH, "");
        while (true) {
            Page.Entries<RepositoryName> names = repositories.withUploads(page);
            for (RepositoryName name : names.entries()) {
                purged += purge(name);
            }
            if (!names.more()) {
                return purged;
            }
            page = new Page(BATCH, names.entries().getLast().value());
        }
    }

    private int purge(RepositoryName name) {
        try {
            return uploads.purge(name, config.lifetime());
        } catch (RegistryException e) {
            repositories.withUploads(new Page(1, "")); // throws if it is not this one repository that fails
            LOG.warnf(
                    "The abandoned uploads of %s stay, since they cannot be read or deleted: %s", name, e.getMessage());
            return 0;
        }
    }

    private void run() {
        if (!cluster.isFirst() || switches.isOn(Switch.READ_ONLY)) {
            return;
        }
        LOG.infof("Purged %d abandoned uploads", purge());
    }
}
