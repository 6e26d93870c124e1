package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fedoraproject.registry.config.SecretFile;
import org.fedoraproject.registry.http.Networks;

/**
 * Finds the requests that are never redirected: those of the CDN itself, which would loop, and those of clients that
 * must get the bytes from us.
 */
@Singleton
class RedirectExemptions {
    private final List<String> via;
    private final Networks networks;
    private final Networks directNetworks;
    private final Pattern directHosts;
    private final String secretHeader;
    private final byte[] secret;

    @Inject
    RedirectExemptions(CdnConfig config) {
        this.via = config.via().stream()
                .map(marker -> marker.strip().toLowerCase(Locale.ROOT))
                .filter(marker -> !marker.isEmpty())
                .toList();
        this.networks = Networks.parse("registry.cdn.networks", config.networks());
        this.directNetworks = Networks.parse("registry.cdn.direct-networks", config.directNetworks());
        this.directHosts = globs(config.directHosts());
        this.secretHeader = config.secretHeader().orElse(null);
        this.secret = secretHeader == null
                ? new byte[0]
                : SecretFile.read("registry.cdn.secret-file", config.secretFile())
                        .getBytes(StandardCharsets.UTF_8);
    }

    /** Why a request is not redirected; empty if it may be. */
    Optional<DirectReason> reason(HttpServletRequest request) {
        String client = request.getRemoteAddr();
        if (hasMarker(request.getHeaders("Via")) || networks.contain(client) || hasSecret(request)) {
            return Optional.of(DirectReason.CDN);
        }
        boolean isDirect = directNetworks.contain(client)
                || directHosts.matcher(request.getServerName()).matches();
        return isDirect ? Optional.of(DirectReason.CLIENT) : Optional.empty();
    }

    private boolean hasMarker(Enumeration<String> headers) {
        while (headers.hasMoreElements()) {
            String header = headers.nextElement().toLowerCase(Locale.ROOT);
            if (via.stream().anyMatch(header::contains)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasSecret(HttpServletRequest request) {
        String given = secretHeader == null ? null : request.getHeader(secretHeader);
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), secret);
    }

    private static Pattern globs(List<String> globs) {
        String alternatives = String.join(
                "|",
                globs.stream()
                        .map(glob -> "\\Q" + glob.strip().replace("*", "\\E.*\\Q") + "\\E")
                        .toList());
        return Pattern.compile(alternatives, Pattern.CASE_INSENSITIVE);
    }
}
