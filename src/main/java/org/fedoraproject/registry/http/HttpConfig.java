package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

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
        @Setting(
                unit = "networks",
                help = "Networks of the proxies in front. The registry believes what these proxies say about "
                        + "client, scheme and host. Name every proxy in front, or all its clients count as one "
                        + "address.")
        Optional<List<String>> trustedProxies,

        @ConfigProperty(name = "registry.http.forwarded-header", defaultValue = HttpConfig.X_FORWARDED)
        @Setting(
                unit = "`X-Forwarded-For` or `Forwarded`",
                help = "The header that trusted proxies write: `X-Forwarded-For` (with `-Proto` and `-Host`), "
                        + "or `Forwarded`.")
        String forwardedHeader,

        @ConfigProperty(name = "registry.http.hsts", defaultValue = "PT0S")
        @Setting(
                min = "PT0S",
                help = "How long clients must insist on TLS (`Strict-Transport-Security`). The header is sent "
                        + "only if the client uses TLS, to the registry or to a trusted proxy. Zero sends no "
                        + "header.")
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
    }

    boolean proxiesWriteForwarded() {
        return forwardedHeader.equalsIgnoreCase(FORWARDED);
    }

    Networks proxies() {
        return Networks.parse("registry.http.trusted-proxies", trustedProxies);
    }
}
