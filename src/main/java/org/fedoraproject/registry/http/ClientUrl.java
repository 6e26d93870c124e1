package org.fedoraproject.registry.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The URL under which a client reached us, as the client wrote it or as a trusted proxy passed it on.
 *
 * @param scheme {@code http} or {@code https}
 * @param host only letters, digits and {@code .-_:[]}, with the port if one was named
 */
public record ClientUrl(String scheme, String host) {
    private static final Pattern LOOPBACK = Pattern.compile("(.+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    /** Empty if the name of an image cannot begin with the host. */
    public static Optional<ClientUrl> of(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Host"))
                .flatMap(ForwardedElement::host)
                .filter(host -> !host.startsWith("-")) // a command would read it as an option
                .map(host -> new ClientUrl(request.getScheme().toLowerCase(Locale.ROOT), host));
    }

    public boolean isSecure() {
        return scheme.equals("https");
    }

    /** Whether the host is the client's own machine, for which tools accept plain HTTP more readily. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT))
                .matches();
    }

    /**
     * The host as the first part of an image name. It needs a dot or a port, unless it is {@code localhost}; otherwise
     * the name would be one of Docker Hub.
     */
    public String registry() {
        boolean isHost = host.contains(".") || host.contains(":") || host.equalsIgnoreCase("localhost");
        return isHost ? host : host + (isSecure() ? ":443" : ":80");
    }
}
