package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/** Whether repositories may be changed at the moment. */
@Singleton
class Writes {
    private final Switches switches;

    @Inject
    Writes(Switches switches) {
        this.switches = switches;
    }

    /** @throws RegistryException {@code UNSUPPORTED}, as from the API */
    void require() {
        if (switches.isOn(Switch.READ_ONLY)) {
            throw RegistryException.of(ErrorCode.UNSUPPORTED, "the registry is read-only at the moment");
        }
    }
}
