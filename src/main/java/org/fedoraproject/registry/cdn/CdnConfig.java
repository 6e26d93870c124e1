package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.http.Networks;

/**
 * Configuration of the redirects to the CDN.
 *
 * @param url the CDN's URL, below which it serves our {@code /v2/}; empty for no redirects
 * @param allowHttp whether {@code url} may be without TLS, as on a developer's machine
 * @param probe whether the registry checks periodically that the CDN is up
 * @param via parts of a {@code Via} header that identify the CDN's own requests
 * @param networks addresses of the CDN, whose requests are never redirected
 * @param directNetworks addresses of clients whose requests are never redirected
 * @param directHosts our host names, {@code *} for any characters, under which no request is redirected
 * @param secretHeader a header that identifies the CDN's own requests; its value is in {@code secretFile}
 */
public record CdnConfig(
        @ConfigProperty(name = "registry.cdn.url") Optional<URI> url,

        @ConfigProperty(name = "registry.cdn.allow-http", defaultValue = "false")
        boolean allowHttp,

        @ConfigProperty(name = "registry.cdn.probe", defaultValue = "true")
        boolean probe,

        @ConfigProperty(name = "registry.cdn.probe-interval", defaultValue = "PT10S")
        Duration probeInterval,

        @ConfigProperty(name = "registry.cdn.probe-timeout", defaultValue = "PT2S")
        Duration probeTimeout,

        @ConfigProperty(name = "registry.cdn.via", defaultValue = "cdn77,cloudfront")
        List<String> via,

        @ConfigProperty(name = "registry.cdn.networks") Optional<List<String>> networks,

        @ConfigProperty(name = "registry.cdn.direct-networks")
        Optional<List<String>> directNetworks,

        @ConfigProperty(name = "registry.cdn.direct-hosts", defaultValue = "registry-no-cdn.*")
        List<String> directHosts,

        @ConfigProperty(name = "registry.cdn.secret-header") Optional<String> secretHeader,
        @ConfigProperty(name = "registry.cdn.secret-file") Optional<String> secretFile) {

    @Inject
    public CdnConfig {
        if (url.isPresent()) {
            requireUrl(url.get(), allowHttp);
        }
        Networks.parse("registry.cdn.networks", networks);
        Networks.parse("registry.cdn.direct-networks", directNetworks);
        if (secretHeader.isPresent() != secretFile.isPresent()) {
            throw new IllegalArgumentException(
                    "registry.cdn.secret-header and registry.cdn.secret-file are given together, or not at all");
        }
        requirePositive("registry.cdn.probe-interval", probeInterval);
        requirePositive("registry.cdn.probe-timeout", probeTimeout);
    }

    /** The CDN's URL without a trailing slash, to append paths to; empty if there is no CDN. */
    Optional<String> base() {
        return url.map(given -> given.toString().replaceFirst("/+$", ""));
    }

    private static void requireUrl(URI url, boolean allowHttp) {
        boolean scheme = "https".equals(url.getScheme()) || allowHttp && "http".equals(url.getScheme());
        if (!scheme || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("registry.cdn.url is not an absolute https URL without a query: " + url
                    + (allowHttp ? "" : " (http needs registry.cdn.allow-http)"));
        }
    }

    private static void requirePositive(String key, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(key + " is not above zero: " + duration);
        }
    }
}
