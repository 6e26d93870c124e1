package org.fedoraproject.registry.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** A request with address, scheme and host as the outermost trusted proxy had them. */
final class ForwardedRequest extends HttpServletRequestWrapper {
    private final Hop hop;

    ForwardedRequest(HttpServletRequest request, Hop hop) {
        super(request);
        this.hop = hop;
    }

    @Override
    public String getRemoteAddr() {
        return hop.client().orElseGet(super::getRemoteAddr);
    }

    @Override
    public String getRemoteHost() {
        return getRemoteAddr();
    }

    @Override
    public String getScheme() {
        return hop.scheme().orElseGet(super::getScheme);
    }

    @Override
    public boolean isSecure() {
        return hop.scheme().map("https"::equalsIgnoreCase).orElseGet(super::isSecure);
    }

    @Override
    public String getServerName() {
        return hop.host().map(ForwardedRequest::withoutPort).orElseGet(super::getServerName);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
