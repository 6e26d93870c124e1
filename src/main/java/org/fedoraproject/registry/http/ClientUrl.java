package org.fedoraproject.registry.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a client has found us, as it wrote it itself or a trusted proxy passed it on.
 *
 * @param scheme {@code http} or {@code https}
 * @param host of letters, digits and {@code .-_:[]} alone, with the port where one was named
 */
public record ClientUrl(String scheme, String host) {
    private static final Pattern LOOPBACK = Pattern.compile("(.+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    /** Empty where the host is none that a name can begin with. */
    public static Optional<ClientUrl> of(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Host"))
                .flatMap(Hop::host)
                .filter(host -> !host.startsWith("-")) // an option, in a command
                .map(host -> new ClientUrl(request.getScheme().toLowerCase(Locale.ROOT), host));
    }

    public boolean isSecure() {
        return scheme.equals("https");
    }

    /** Whether it is the client's own machine, which tools speak plain HTTP to more readily. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT))
                .matches();
    }

    /**
     * The host as names of images begin with it: without a dot and a port they would be Docker Hub's, unless it is
     * {@code localhost}.
     */
    public String registry() {
        boolean isHost = host.contains(".") || host.contains(":") || host.equalsIgnoreCase("localhost");
        return isHost ? host : host + (isSecure() ? ":443" : ":80");
    }
}
