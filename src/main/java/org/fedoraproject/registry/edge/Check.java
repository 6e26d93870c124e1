package org.fedoraproject.registry.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.oci.RegistryException;

/** A check of an authorised request, before a resource answers it. Each {@link Stage} has one check. */
public interface Check {
    /** The order of the checks. */
    enum Stage {
        /** Writes the audit log, also for requests that a later check refuses. */
        AUDIT,
        /** Enforces the limits of a caller. */
        RATE_LIMIT,
        /** Refuses writes while the registry is read-only. */
        READ_ONLY,
        /** Redirects GETs of blobs to the CDN. */
        CDN_REDIRECT
    }

    Stage stage();

    /**
     * Lets a request pass, or answers it. Work for the end of the request is registered with {@link RequestEnd}.
     *
     * @param http as the client sent it to our outermost proxy
     * @return whether the request goes on; if not, it is answered
     * @throws RegistryException if the request is refused
     */
    boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) throws IOException;
}
