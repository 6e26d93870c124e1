package org.fedoraproject.registry.flatpak;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.edge.RegistryRequest;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.oci.RegistryException;

/** Answers GET of an authorised request, and writes errors in the specification's form. */
abstract class FlatpakServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ErrorWriter errors;

    FlatpakServlet(ErrorWriter errors) {
        this.errors = errors;
    }

    @Override
    protected final void doGet(HttpServletRequest http, HttpServletResponse response) throws IOException {
        RegistryRequest request = RegistryRequest.of(http);
        try {
            answer(request, http, response);
        } catch (RegistryException e) {
            errors.write(response, e);
        }
    }

    abstract void answer(RegistryRequest request, HttpServletRequest http, HttpServletResponse response)
            throws IOException;

    /** Omits TRACE, which the container's own answer names. */
    @Override
    protected final void doOptions(HttpServletRequest request, HttpServletResponse response) {
        RegistryRequest.of(request);
        response.setHeader("Allow", "GET, HEAD, OPTIONS");
    }
}
