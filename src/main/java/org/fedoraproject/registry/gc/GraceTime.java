package org.fedoraproject.registry.gc;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.fedoraproject.registry.store.GraceRecords;
import org.fedoraproject.registry.store.LeaseConfig;
import org.jboss.logging.Logger;

/** Tells the collections of all instances this one's grace time. */
@Singleton
public class GraceTime {
    /** How often an instance tells it. */
    public static final Duration PAUSE = GraceRecords.PAUSE;

    private static final Logger LOG = Logger.getLogger(GraceTime.class);

    /** Pushes of large images may take longer. */
    private static final Duration SHORT = Duration.ofHours(1);

    private final GraceRecords records;
    private final Duration grace;

    @Inject
    GraceTime(GraceRecords records, LeaseConfig config) {
        this.records = records;
        this.grace = config.grace();
        if (grace.compareTo(SHORT) < 0) {
            LOG.warnf("registry.gc.grace is %s, which is too short for anything but tests", grace);
        }
    }

    public void tell() {
        records.put(grace);
    }
}
