package org.fedoraproject.registry.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.oci.RegistryException;

/** One of the checks that an authorised request passes before a resource answers it. There is one for each {@link Stage}. */
public interface Check {
    /** The order of the checks. */
    enum Stage {
        /** Writes the audit log, also of what a later check refuses. */
        AUDIT,
        /** How much one caller may ask for. */
        CALLER_LIMITS,
        /** Refuses writes while the registry is read-only. */
        READ_ONLY,
        /** Redirects GETs of blobs to the CDN. */
        CDN_REDIRECT
    }

    Stage stage();

    /**
     * Lets a request pass, or answers it. What must be done when the request has ended is left with {@link RequestEnd}.
     *
     * @param http as the client sent it to the outermost proxy of ours
     * @return whether the request goes on; otherwise it is answered
     * @throws RegistryException a refusal
     */
    boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) throws IOException;
}
