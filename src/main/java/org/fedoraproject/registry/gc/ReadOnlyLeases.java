package org.fedoraproject.registry.gc;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.store.Leases;

/** Touches no file for a lease while the registry is read-only; no collection runs then. */
@Singleton
public class ReadOnlyLeases {
    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Leases leases, Switches switches) {
        leases.pauseWhile(() -> switches.isOn(Switch.READ_ONLY));
    }
}
