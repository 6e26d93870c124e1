package org.fedoraproject.registry.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the headers that trusted proxies add to a request. Undertow's handlers for them believe every client, and
 * WildFly's option for them too.
 */
public final class ForwardedHeaders {
    private final Networks proxies;
    private final boolean proxiesWriteForwarded;

    public ForwardedHeaders(HttpConfig config) {
        this.proxies = config.proxies();
        this.proxiesWriteForwarded = config.proxiesWriteForwarded();
    }

    /**
     * Returns the hop of the outermost trusted proxy. Reads from the connection backwards, and believes an address as
     * long as the proxy that named it is trusted. Empty if the connection is not from a trusted proxy.
     *
     * @param peer the remote address of the connection
     * @param headers the values of a header, one for each line
     */
    public Optional<ForwardedElement> outermost(String peer, Function<String, List<String>> headers) {
        if (!proxies.contain(peer)) {
            return Optional.empty();
        }
        ForwardedElement outermost = ForwardedElement.NOTHING;
        for (ForwardedElement element : elements(headers).reversed()) {
            outermost = element;
            if (element.client().filter(proxies::contain).isEmpty()) {
                break;
            }
        }
        return Optional.of(outermost);
    }

    private List<ForwardedElement> elements(Function<String, List<String>> headers) {
        return proxiesWriteForwarded
                ? ForwardedElement.forwarded(all(headers, HttpConfig.FORWARDED))
                : ForwardedElement.xForwarded(
                        all(headers, HttpConfig.X_FORWARDED),
                        first(headers, "X-Forwarded-Proto"),
                        first(headers, "X-Forwarded-Host"));
    }

    /** Several headers of one name are one list (RFC 9110, 5.3). */
    private static String all(Function<String, List<String>> headers, String name) {
        return String.join(",", headers.apply(name));
    }

    private static String first(Function<String, List<String>> headers, String name) {
        return headers.apply(name).stream().findFirst().orElse(null);
    }
}
