package org.fedoraproject.registry.jobs;

import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.events.RegistryEvent;
import org.fedoraproject.registry.oci.RegistryException;
import org.jboss.logging.Logger;

/** Tells of the ends of jobs, if anybody wants to know. */
final class JobEvents {
    private static final Logger LOG = Logger.getLogger(JobEvents.class);

    private JobEvents() {}

    /** A failure changes nothing of the job, which is over. */
    static void tell(Events events, EventAction action, String status, String words) {
        if (!events.mayWant(action)) {
            return;
        }
        try {
            events.tell(RegistryEvent.ended(action, status, words, Origin.job(action.toString())));
        } catch (RegistryException e) {
            LOG.warnf("The event of a %s is lost: %s", action, e.getMessage());
        }
    }
}
