package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;

/**
 * Shows the request as the client sent it, if trusted proxies passed it on. A client cannot change its own address with
 * a header.
 */
public class ForwardedFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient ForwardedHeaders forwarded;
    private final Duration hsts;

    @Inject
    public ForwardedFilter(HttpConfig config) {
        this.forwarded = new ForwardedHeaders(config);
        this.hsts = config.hsts();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest seen = forwarded
                .outermost(request.getRemoteAddr(), name -> Collections.list(request.getHeaders(name)))
                .<HttpServletRequest>map(element -> new ForwardedRequest(request, element))
                .orElse(request);
        if (!hsts.isZero() && seen.isSecure()) {
            response.setHeader("Strict-Transport-Security", "max-age=" + hsts.toSeconds());
        }
        chain.doFilter(seen, response);
    }

    /** Whether a trusted proxy sent the request, so that the connection is the proxy's and not the client's. */
    public static boolean isPassedOn(ServletRequest request) {
        return request instanceof ForwardedRequest
                || request instanceof ServletRequestWrapper wrapper && wrapper.isWrapperFor(ForwardedRequest.class);
    }
}
