package org.fedoraproject.registry.edge;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Refuses writes while the registry is read-only: 405 with {@code UNSUPPORTED} (code-13), the specification's answer to
 * an operation that a registry does not offer. Writes that have begun continue.
 */
@Singleton
class ReadOnlyCheck implements Check {
    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final Switches switches;

    @Inject
    ReadOnlyCheck(Switches switches) {
        this.switches = switches;
    }

    @Override
    public Stage stage() {
        return Stage.READ_ONLY;
    }

    @Override
    public boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) {
        if (WRITES.contains(request.method()) && switches.isOn(Switch.READ_ONLY)) {
            throw RegistryException.of(ErrorCode.UNSUPPORTED, "the registry is read-only at the moment")
                    .withHeader("Allow", "GET, HEAD");
        }
        return true;
    }
}
