package org.fedoraproject.registry.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The facts that one proxy reports about a request it passed on (RFC 7239, or the older {@code X-Forwarded-*}). Invalid
 * schemes and hosts are ignored.
 *
 * @param client the address the request came from, without a port
 * @param scheme {@code http} or {@code https}
 * @param host with the port that the client used, if it named one. {@code X-Forwarded-Port} is not read: it is the
 *     proxy's own port, which may differ from the one that the client used
 */
public record ForwardedElement(Optional<String> client, Optional<String> scheme, Optional<String> host) {
    static final ForwardedElement NOTHING = new ForwardedElement(Optional.empty(), Optional.empty(), Optional.empty());

    private static final Pattern SCHEME = Pattern.compile("https?");
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");

    /** Reads a {@code Forwarded} header; the nearest proxy is last. */
    static List<ForwardedElement> forwarded(String header) {
        List<ForwardedElement> elements = new ArrayList<>();
        for (String part : split(header, ',')) {
            ForwardedElement element = NOTHING;
            for (String pair : split(part, ';')) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    element = element.with(
                            pair.substring(0, equals).strip(),
                            unquote(pair.substring(equals + 1).strip()));
                }
            }
            elements.add(element);
        }
        return elements;
    }

    /**
     * Reads the older headers; the nearest proxy is last. Scheme and host, often given only once, apply to all elements.
     */
    static List<ForwardedElement> xForwarded(String clients, String scheme, String host) {
        List<ForwardedElement> elements = new ArrayList<>();
        Optional<String> firstScheme = first(scheme).flatMap(ForwardedElement::scheme);
        Optional<String> firstHost = first(host).flatMap(ForwardedElement::host);
        for (String client : clients.split(",", -1)) {
            elements.add(new ForwardedElement(address(client.strip()), firstScheme, firstHost));
        }
        return elements;
    }

    private ForwardedElement with(String name, String value) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "for" -> new ForwardedElement(address(value), scheme, host);
            case "proto" -> new ForwardedElement(client, scheme(value), host);
            case "host" -> new ForwardedElement(client, scheme, host(value));
            default -> this;
        };
    }

    private static Optional<String> first(String header) {
        return Optional.ofNullable(header)
                .map(value -> value.split(",", 2)[0].strip())
                .filter(value -> !value.isEmpty());
    }

    private static Optional<String> scheme(String value) {
        return Optional.of(value.toLowerCase(Locale.ROOT))
                .filter(text -> SCHEME.matcher(text).matches());
    }

    /** A host, with or without a port; empty if it is invalid, since an invalid value may contain anything. */
    static Optional<String> host(String value) {
        return Optional.of(value).filter(text -> HOST.matcher(text).matches());
    }

    /** Drops the port and the brackets; empty if the rest is no address (RFC 7239, 6.3 allows names). */
    private static Optional<String> address(String node) {
        String bare = node;
        int colon = node.lastIndexOf(':');
        if (node.startsWith("[")) {
            int bracket = node.indexOf(']');
            bare = bracket < 0 ? node : node.substring(1, bracket);
        } else if (colon >= 0 && colon == node.indexOf(':')) {
            bare = node.substring(0, colon);
        }
        return Optional.of(bare).filter(text -> Network.address(text).isPresent());
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /**
     * Splits at separators outside quotes. Reads from the end, where the nearest proxy wrote, so that a quote left open
     * by the client swallows nothing that proxies added.
     */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int to = text.length();
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            quoted ^= c == '"' && !isEscaped(text, i);
            if (c == separator && !quoted) {
                parts.add(text.substring(i + 1, to));
                to = i;
            }
        }
        parts.add(text.substring(0, to));
        return parts.reversed();
    }

    private static boolean isEscaped(String text, int at) {
        int from = at;
        while (from > 0 && text.charAt(from - 1) == '\\') {
            from--;
        }
        return (at - from) % 2 != 0;
    }
}
