package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells a browser what a script of another origin may ask for (Fetch Standard, "CORS-preflight fetch"). It asks before the script's
 * request, and without what that has in {@code Authorization}, so that this comes before callers are asked who they are. Of pages
 * that are not configured it is an {@code OPTIONS} as any other.
 */
public class PreflightFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

    /** All that an answer depends on, and what scripts send out of habit. */
    private static final String HEADERS =
            "Accept, Authorization, Cache-Control, Content-Range, Content-Type, If-None-Match,"
                    + " If-Range, Range, X-Request-Id, X-Requested-With";

    /** Seconds: Chromium remembers no longer. */
    private static final String MAX_AGE = "7200";

    private final transient Origins origins;

    @Inject
    public PreflightFilter(CorsConfig config) {
        this.origins = config.origins();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!isPreflight(request)) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        response.setHeader("Access-Control-Allow-Methods", METHODS);
        response.setHeader("Access-Control-Allow-Headers", HEADERS);
        response.setHeader("Access-Control-Max-Age", MAX_AGE);
    }

    private boolean isPreflight(HttpServletRequest request) {
        String origin = request.getHeader(CorsFilter.ORIGIN);
        return request.getMethod().equals("OPTIONS")
                && origin != null
                && request.getHeader("Access-Control-Request-Method") != null
                && origins.allowed(origin).isPresent();
    }
}
