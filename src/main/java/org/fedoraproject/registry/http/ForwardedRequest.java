package org.fedoraproject.registry.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;

/** A request with the address, scheme and host that the outermost trusted proxy saw. */
final class ForwardedRequest extends HttpServletRequestWrapper {
    private static final String HOST = "Host";

    private final ForwardedElement element;
    /** Empty if {@code Host} is already the client's: some proxies pass it on, and repeat its name without the port. */
    private final Optional<String> host;

    ForwardedRequest(HttpServletRequest request, ForwardedElement element) {
        super(request);
        this.element = element;
        this.host = element.host()
                .filter(told -> !told.equalsIgnoreCase(Optional.ofNullable(request.getHeader(HOST))
                        .map(ForwardedRequest::withoutPort)
                        .orElse("")));
    }

    @Override
    public String getRemoteAddr() {
        return element.client().orElseGet(super::getRemoteAddr);
    }

    @Override
    public String getRemoteHost() {
        return getRemoteAddr();
    }

    @Override
    public String getScheme() {
        return element.scheme().orElseGet(super::getScheme);
    }

    @Override
    public boolean isSecure() {
        return element.scheme().map("https"::equalsIgnoreCase).orElseGet(super::isSecure);
    }

    @Override
    public String getServerName() {
        return host.map(ForwardedRequest::withoutPort).orElseGet(super::getServerName);
    }

    /** Also for {@code Host}: its readers want the one that the client used. */
    @Override
    public String getHeader(String name) {
        return host.isPresent() && name.equalsIgnoreCase(HOST) ? host.get() : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return host.isPresent() && name.equalsIgnoreCase(HOST)
                ? Collections.enumeration(List.of(host.get()))
                : super.getHeaders(name);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
