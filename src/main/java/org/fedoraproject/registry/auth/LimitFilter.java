package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.oci.RegistryException;

/** Lets through what passed the {@link AuthFilter} as long as its caller does not ask for too much. */
public class LimitFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient CallerLimits limits;
    private final transient Jsonb jsonb = JsonbBuilder.create();

    @Inject
    public LimitFilter(CallerLimits limits) {
        this.limits = limits;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        CallerLimits.Admission admission;
        try {
            admission = limits.admit(Access.of(request).caller(), request.getRemoteAddr(), isUpload(request));
        } catch (RegistryException e) {
            Errors.write(response, jsonb, e);
            return;
        }
        try (admission) {
            chain.doFilter(request, response);
        }
    }

    /** Whether it may bring a blob's bytes. */
    private static boolean isUpload(HttpServletRequest request) {
        return switch (request.getMethod()) {
            case "POST", "PATCH", "PUT" -> request.getRequestURI().contains("/blobs/");
            default -> false;
        };
    }
}
