package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The configuration of trusted proxies and of HSTS.
 *
 * @param trustedProxies networks whose {@code Forwarded} or {@code X-Forwarded-*} is believed; from others it is
 *     ignored
 * @param forwardedHeader {@value #X_FORWARDED} or {@value #FORWARDED}: the one that the proxies write. The other is
 *     ignored, since proxies may pass on one that a client made up
 * @param hsts how long clients must insist on TLS (RFC 6797); zero to send no such header
 */
public record HttpConfig(
        @ConfigProperty(name = "registry.http.trusted-proxies")
        Optional<List<String>> trustedProxies,

        @ConfigProperty(name = "registry.http.forwarded-header", defaultValue = HttpConfig.X_FORWARDED)
        String forwardedHeader,

        @ConfigProperty(name = "registry.http.hsts", defaultValue = "PT0S")
        Duration hsts) {
    static final String FORWARDED = "Forwarded";
    static final String X_FORWARDED = "X-Forwarded-For";

    @Inject
    public HttpConfig {
        Networks.parse("registry.http.trusted-proxies", trustedProxies);
        if (!forwardedHeader.equalsIgnoreCase(FORWARDED) && !forwardedHeader.equalsIgnoreCase(X_FORWARDED)) {
            throw new IllegalArgumentException("registry.http.forwarded-header is " + X_FORWARDED + " or " + FORWARDED
                    + ", not " + forwardedHeader);
        }
        if (hsts.isNegative()) {
            throw new IllegalArgumentException("registry.http.hsts is negative: " + hsts);
        }
    }

    boolean proxiesWriteForwarded() {
        return forwardedHeader.equalsIgnoreCase(FORWARDED);
    }

    Networks proxies() {
        return Networks.parse("registry.http.trusted-proxies", trustedProxies);
    }
}
