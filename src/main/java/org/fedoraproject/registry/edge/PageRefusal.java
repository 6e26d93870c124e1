package org.fedoraproject.registry.edge;

import jakarta.servlet.ServletRequest;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Why a request for a page was refused before its resource could answer it. The resource of {@link
 * Endpoint#ERROR_PAGE} tells the reader.
 *
 * @param caller the user's name; empty if it is not known
 */
public record PageRefusal(RegistryException reason, String caller) {
    private static final String ATTRIBUTE = PageRefusal.class.getName();

    /** @throws IllegalStateException if the request was not refused */
    public static PageRefusal of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof PageRefusal refusal) {
            return refusal;
        }
        throw new IllegalStateException("the request was not authorised");
    }

    /** @param reason told to a caller who may be known by now */
    static void attach(RegistryException reason, ServletRequest request) {
        String caller = RegistryRequest.find(request)
                .map(admitted -> admitted.caller().name())
                .orElse("");
        request.setAttribute(ATTRIBUTE, new PageRefusal(reason, caller));
    }
}
