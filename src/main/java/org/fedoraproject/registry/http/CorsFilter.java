package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Lets scripts of the configured origins read all answers, refusals and redirects included; therefore it is the first
 * filter (Fetch Standard, "CORS protocol"). Browsers add no password or certificate of their own to such a request. A
 * script must supply the {@code Authorization} itself, so no page acts for a user who did not give it the password.
 */
public class CorsFilter extends HttpFilter {
    static final String ORIGIN = "Origin";

    private static final long serialVersionUID = 1;

    private static final String VARIES = CorsFilter.class.getName() + ".varies";

    /** All headers of ours that scripts may not read by default. */
    private static final String EXPOSED = "Accept-Ranges, Allow, Content-Range, Docker-Content-Digest,"
            + " Docker-Distribution-API-Version, Docker-Upload-UUID, ETag, Link, Location, OCI-Filters-Applied, OCI-Subject,"
            + " OCI-Tag, Range, Retry-After, WWW-Authenticate, X-Request-Id";

    private final transient Origins origins;

    @Inject
    public CorsFilter(CorsConfig config) {
        this.origins = config.origins();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (origins.vary()) {
            response.setHeader("Vary", ORIGIN);
            request.setAttribute(VARIES, true);
        }
        Optional<String> allowed = origins.allowed(request.getHeader(ORIGIN));
        if (allowed.isPresent()) {
            response.setHeader("Access-Control-Allow-Origin", allowed.get());
            response.setHeader("Access-Control-Expose-Headers", EXPOSED);
        }
        chain.doFilter(request, response);
    }

    /** The value of {@code Vary} for an answer that also depends on this request header. */
    public static String vary(ServletRequest request, String header) {
        return request.getAttribute(VARIES) == null ? header : header + ", " + ORIGIN;
    }
}
