package org.fedoraproject.registry.events;

import java.time.Duration;
import java.util.List;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.EventFiles.Order;
import org.jboss.logging.Logger;

/** What the share has of endpoints that are not in our file. */
final class FormerEndpoints {
    private static final Logger LOG = Logger.getLogger(FormerEndpoints.class);

    /** An endpoint that is in no instance's file for so long is forgotten. */
    private static final Duration UNSEEN = Duration.ofHours(24);

    private static final int BATCH = 1000;

    private final EventFiles files;
    private final Events events;

    FormerEndpoints(EventFiles files, Events events) {
        this.files = files;
        this.events = events;
    }

    private List<String> names() {
        List<String> configured = events.endpoints().names();
        return files.endpoints().stream()
                .filter(name -> !configured.contains(name))
                .toList();
    }

    /** So that nothing is kept for an endpoint that will not come back. */
    void forgetUnseen() {
        for (String endpoint : names()) {
            if (!files.isForgotten(endpoint) && files.isUnseen(endpoint, UNSEEN)) {
                files.forget(endpoint);
                LOG.infof("No instance has the endpoint %s of events any more", endpoint);
            }
        }
    }

    /** Deletes dead letters that an administrator does not want; no instance may deliver to their endpoint. */
    void discard() {
        for (String endpoint : names()) {
            if (files.orders(endpoint).contains(Order.DISCARD)) {
                discard(endpoint);
            }
        }
    }

    private void discard(String endpoint) {
        List<String> ids = files.listDead(endpoint, BATCH);
        ids.forEach(id -> files.deleteDead(endpoint, id));
        if (ids.size() < BATCH) {
            files.end(endpoint, Order.DISCARD);
            files.removeIfForgotten(endpoint);
            LOG.infof("Deleted the dead letters of %s, which is no endpoint any more", endpoint);
        }
    }
}
