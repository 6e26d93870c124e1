package org.fedoraproject.registry.page;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.oci.RegistryException;

/** A request for a page that was admitted. */
record PageRequest(Site site, RegistryRequest registry, HttpServletRequest http) {
    Layout layout(String title) {
        return Layout.of(site, title, List.of(), registry.caller().name());
    }

    /** @throws RegistryException if the client's name for this server cannot be the name of a registry */
    Commands commands() {
        return ClientUrl.of(http)
                .map(Commands::new)
                .orElseThrow(() -> RegistryException.queryInvalid("the Host header names no host"));
    }
}
