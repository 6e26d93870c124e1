package org.fedoraproject.registry.v2;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A request as filters and resources see it: without the headers that JAX-RS would read for itself, and refuse or break on where
 * they make no sense, though no answer depends on them; and with a path in which each slash is one, as docker-registry decodes
 * it. A resource that wants one of those headers asks for it by {@link #hidden}.
 */
final class PlainRequest extends HttpServletRequestWrapper {
    private static final String ATTRIBUTE = PlainRequest.class.getName();

    private static final Set<String> HIDDEN =
            Set.of("accept", "accept-charset", "accept-language", "content-language", "content-type", "cookie", "date");

    private final String path;

    private PlainRequest(HttpServletRequest request, String path) {
        super(request);
        this.path = path;
    }

    static HttpServletRequest of(HttpServletRequest request) {
        PlainRequest plain = new PlainRequest(request, decoded(request.getRequestURI()));
        request.setAttribute(ATTRIBUTE, plain);
        return plain;
    }

    /** What the client sent in a header that is hidden from others, on all lines; {@code null} where it sent none. */
    static String hidden(HttpServletRequest request, String name) {
        return ((PlainRequest) request.getAttribute(ATTRIBUTE)).sent(name);
    }

    /** The path, in which the escape of a slash is one. Nothing else is decoded here, so that nothing is decoded twice. */
    static String decoded(String uri) {
        return uri.indexOf('%') < 0 ? uri : uri.replace("%2F", "/").replace("%2f", "/");
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
        names.removeIf(PlainRequest::isHidden);
        return Collections.enumeration(names);
    }

    @Override
    public Cookie[] getCookies() {
        return null; // as it is where there are none
    }

    @Override
    public String getContentType() {
        return null;
    }
}
