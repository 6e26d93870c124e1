package org.fedoraproject.registry.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What trusted proxies say of a request. */
final class Forwarding {
    private final Networks proxies;
    private final boolean proxiesWriteForwarded;

    Forwarding(HttpConfig config) {
        this.proxies = config.proxies();
        this.proxiesWriteForwarded = config.proxiesWriteForwarded();
    }

    /**
     * The word of the outermost one: from the connection's end backwards, each address is believed as long as the one that named
     * it is trusted. Empty where the connection is no trusted proxy's.
     *
     * @param peer the address at the connection's other end
     * @param headers the values of a header, one for each line of it
     */
    Optional<Hop> outermost(String peer, Function<String, List<String>> headers) {
        if (!proxies.contain(peer)) {
            return Optional.empty();
        }
        Hop outermost = Hop.NOTHING;
        for (Hop hop : hops(headers).reversed()) {
            outermost = hop;
            if (hop.client().filter(proxies::contain).isEmpty()) {
                break;
            }
        }
        return Optional.of(outermost);
    }

    private List<Hop> hops(Function<String, List<String>> headers) {
        return proxiesWriteForwarded
                ? Hop.forwarded(all(headers, HttpConfig.FORWARDED))
                : Hop.xForwarded(
                        all(headers, HttpConfig.X_FORWARDED),
                        first(headers, "X-Forwarded-Proto"),
                        first(headers, "X-Forwarded-Host"));
    }

    /** Several headers of a name are one (RFC 9110, 5.3). */
    private static String all(Function<String, List<String>> headers, String name) {
        return String.join(",", headers.apply(name));
    }

    private static String first(Function<String, List<String>> headers, String name) {
        return headers.apply(name).stream().findFirst().orElse(null);
    }
}
