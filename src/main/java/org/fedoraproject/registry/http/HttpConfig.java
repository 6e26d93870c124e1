package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What stands in front.
 *
 * @param trustedProxies networks whose {@code Forwarded} and {@code X-Forwarded-*} are believed; others' are ignored
 * @param hsts for how long clients shall insist on TLS (RFC 6797); zero for not telling them so
 */
public record HttpConfig(
        @ConfigProperty(name = "registry.http.trusted-proxies")
        Optional<List<String>> trustedProxies,

        @ConfigProperty(name = "registry.http.hsts", defaultValue = "PT0S")
        Duration hsts) {

    @Inject
    public HttpConfig {
        Networks.parse("registry.http.trusted-proxies", trustedProxies);
        if (hsts.isNegative()) {
            throw new IllegalArgumentException("registry.http.hsts is negative: " + hsts);
        }
    }

    Networks proxies() {
        return Networks.parse("registry.http.trusted-proxies", trustedProxies);
    }
}
