package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.http.Networks;

/**
 * Where blobs are fetched from, and by whom.
 *
 * @param url the CDN's, below which it has our {@code /v2/}; empty for no redirects
 * @param allowHttp whether {@code url} may be without TLS, as on a developer's machine
 * @param probe whether the CDN is asked now and then if it is up
 * @param via parts of a {@code Via} header that mark a request as the CDN's own
 * @param networks addresses of the CDN, which is given the bytes
 * @param directNetworks addresses of clients that are given the bytes
 * @param directHosts names of ours, {@code *} for any characters, under which no request is redirected
 * @param secretHeader a header by which the CDN shows that it is the CDN; its value is in {@code secretFile}
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

    /** The CDN's URL without a slash at its end, to put paths behind it; empty where there is no CDN. */
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
