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
import java.util.List;

/**
 * Shows the request as the client sent it, where trusted proxies passed it on: from the connection's end backwards, each
 * address is believed as long as the one that named it is trusted. So a client cannot make itself another by a header of its own.
 */
public class ForwardedFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient Networks proxies;
    private final boolean proxiesWriteForwarded;
    private final Duration hsts;

    @Inject
    public ForwardedFilter(HttpConfig config) {
        this.proxies = config.proxies();
        this.proxiesWriteForwarded = config.proxiesWriteForwarded();
        this.hsts = config.hsts();
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest seen = proxies.contain(request.getRemoteAddr()) ? asSent(request) : request;
        if (!hsts.isZero() && seen.isSecure()) {
            response.setHeader("Strict-Transport-Security", "max-age=" + hsts.toSeconds());
        }
        chain.doFilter(seen, response);
    }

    /** Whether it was a trusted proxy that sent the request to us, so that the connection is the proxy's, and not the client's. */
    public static boolean isPassedOn(ServletRequest request) {
        return request instanceof ForwardedRequest
                || request instanceof ServletRequestWrapper wrapper && wrapper.isWrapperFor(ForwardedRequest.class);
    }

    private HttpServletRequest asSent(HttpServletRequest request) {
        List<Hop> hops = proxiesWriteForwarded
                ? Hop.forwarded(all(request, HttpConfig.FORWARDED))
                : Hop.xForwarded(
                        all(request, HttpConfig.X_FORWARDED),
                        request.getHeader("X-Forwarded-Proto"),
                        request.getHeader("X-Forwarded-Host"));
        Hop outermost = Hop.NOTHING;
        for (Hop hop : hops.reversed()) {
            outermost = hop;
            if (hop.client().filter(proxies::contain).isEmpty()) {
                break;
            }
        }
        return new ForwardedRequest(request, outermost);
    }

    /** Several headers of a name are one (RFC 9110, 5.3). */
    private static String all(HttpServletRequest request, String name) {
        return String.join(",", Collections.list(request.getHeaders(name)));
    }
}
