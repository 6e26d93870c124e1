package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Answers a browser's question which requests a script of another origin may send (Fetch Standard, "CORS-preflight
 * fetch"). The browser asks before the script's request and without its {@code Authorization}, so this filter comes
 * before authorisation. From other than the configured origins, it is an ordinary {@code OPTIONS}.
 */
public class PreflightFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

    /** All request headers that answers depend on, and some that scripts send by habit. */
    private static final String HEADERS =
            "Accept, Authorization, Cache-Control, Content-Range, Content-Type, If-None-Match,"
                    + " If-Range, Range, X-Request-Id, X-Requested-With";

    /** In seconds; the maximum of Chromium. */
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
