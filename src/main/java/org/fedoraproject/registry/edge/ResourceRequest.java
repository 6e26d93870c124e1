package org.fedoraproject.registry.edge;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A request as JAX-RS sees it. Its path is that of the resource. Headers are hidden if JAX-RS would parse them itself
 * and fail on invalid values, although no answer depends on them. A resource reads such a header with {@link #hidden}.
 */
public final class ResourceRequest extends HttpServletRequestWrapper {
    private static final String ATTRIBUTE = ResourceRequest.class.getName();

    private static final Set<String> HIDDEN =
            Set.of("accept", "accept-charset", "accept-language", "content-language", "content-type", "cookie", "date");

    private final String path;

    private ResourceRequest(HttpServletRequest request, String path) {
        super(request);
        this.path = path;
    }

    static HttpServletRequest of(HttpServletRequest request, Endpoint endpoint) {
        ResourceRequest wrapped = new ResourceRequest(request, endpoint.application() + endpoint.resource());
        request.setAttribute(ATTRIBUTE, wrapped);
        return wrapped;
    }

    /** Returns the value of a hidden header as the client sent it, all lines joined; {@code null} if it sent none. */
    public static String hidden(HttpServletRequest request, String name) {
        return ((ResourceRequest) request.getAttribute(ATTRIBUTE)).sent(name);
    }

    private String sent(String name) {
        Enumeration<String> lines = super.getHeaders(name);
        String first = lines.hasMoreElements() ? lines.nextElement() : null;
        return lines.hasMoreElements() ? first + "," + String.join(",", Collections.list(lines)) : first;
    }

    private static boolean isHidden(String name) {
        return HIDDEN.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public String getRequestURI() {
        return path;
    }

    @Override
    public StringBuffer getRequestURL() {
        StringBuffer url = super.getRequestURL();
        int length = super.getRequestURI().length();
        return url.replace(url.length() - length, url.length(), path);
    }

    @Override
    public String getHeader(String name) {
        return isHidden(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        List<String> names = Collections.list(super.getHeaderNames());
        names.removeIf(ResourceRequest::isHidden);
        return Collections.enumeration(names);
    }

    @Override
    public Cookie[] getCookies() {
        return null; // as if there were none
    }

    @Override
    public String getContentType() {
        return null;
    }
}
