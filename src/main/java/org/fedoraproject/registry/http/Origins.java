package org.fedoraproject.registry.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The origins whose scripts may read answers in browsers (Fetch Standard, "CORS protocol"; RFC 6454).
 *
 * @param any whether every origin may
 * @param named otherwise these may, written as browsers do
 */
record Origins(boolean any, Set<String> named) {
    private static final String ANY = "*";
    private static final int MAX_PORT = 65_535;

    private static final Pattern ORIGIN = Pattern.compile(
            "(?<scheme>[a-z][a-z0-9+.-]*)://(?<host>[a-z0-9._-]+|\\[[0-9a-f:.]+])(:(?<port>[0-9]{1,5}))?");

    /** @throws IllegalArgumentException naming the key, if a value is no origin */
    static Origins parse(String key, Optional<List<String>> values) {
        List<String> given =
                values.orElse(List.of()).stream().map(String::strip).toList();
        if (given.equals(List.of(ANY))) {
            return new Origins(true, Set.of());
        }
        return new Origins(
                false,
                given.stream().map(value -> asBrowsersWrite(key, value)).collect(Collectors.toUnmodifiableSet()));
    }

    /** Without the default port of the scheme, and in lower case. */
    private static String asBrowsersWrite(String key, String value) {
        Matcher parts = ORIGIN.matcher(value.toLowerCase(Locale.ROOT));
        if (!parts.matches() || !isPort(parts.group("port"))) {
            throw new IllegalArgumentException(key
                    + ": an origin is scheme://host or scheme://host:port with nothing behind, or * alone for all, not "
                    + value);
        }
        String origin = parts.group("scheme") + "://" + parts.group("host");
        String port = parts.group("port");
        return port == null || isOwnPort(parts.group("scheme"), Integer.parseInt(port))
                ? origin
                : origin + ":" + Integer.parseInt(port);
    }

    private static boolean isPort(String digits) {
        return digits == null || Integer.parseInt(digits) >= 1 && Integer.parseInt(digits) <= MAX_PORT;
    }

    private static boolean isOwnPort(String scheme, int port) {
        return switch (scheme) {
            case "http" -> port == 80;
            case "https" -> port == 443;
            default -> false;
        };
    }

    /** Whether answers depend on the origin. */
    boolean vary() {
        return !named.isEmpty();
    }

    /**
     * The value of {@code Access-Control-Allow-Origin}; empty to send none.
     *
     * @param origin as the browser sent it; {@code null} if it sent none. If every origin may, the header is sent
     *     without one too, because a cache gives the answer to others
     */
    Optional<String> allowed(String origin) {
        if (any) {
            return Optional.of(ANY);
        }
        return Optional.ofNullable(origin).filter(named::contains);
    }
}
