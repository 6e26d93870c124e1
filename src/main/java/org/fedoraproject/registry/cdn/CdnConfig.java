package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;
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
        @ConfigProperty(name = "registry.cdn.url")
        @Setting(
                unit = "https URL",
                help = "The https URL of the CDN. Below it, the CDN serves the registry's `/v2/`. Without this "
                        + "key, nothing is redirected.")
        Optional<URI> url,

        @ConfigProperty(name = "registry.cdn.allow-http", defaultValue = "false")
        @Setting(help = "Accepts an http URL as well, for development.")
        boolean allowHttp,

        @ConfigProperty(name = "registry.cdn.probe", defaultValue = "true")
        @Setting(help = "Checks repeatedly whether the CDN is up.")
        boolean probe,

        @ConfigProperty(name = "registry.cdn.probe-interval", defaultValue = "PT10S")
        @Setting(
                above = "PT0S",
                help = "The time between two checks. A check is a HEAD request for the CDN's `/v2/`. Every "
                        + "status below 500 means that the CDN is up.")
        Duration probeInterval,

        @ConfigProperty(name = "registry.cdn.probe-timeout", defaultValue = "PT2S")
        @Setting(above = "PT0S", help = "How long the CDN may take to answer a check.")
        Duration probeTimeout,

        @ConfigProperty(name = "registry.cdn.via", defaultValue = "cdn77,cloudfront")
        @Setting(
                unit = "words",
                help = "Texts that identify the CDN's own requests. Such a request is one whose header `Via` "
                        + "contains one of them, in upper or lower case.")
        List<String> via,

        @ConfigProperty(name = "registry.cdn.networks")
        @Setting(unit = "networks", help = "Networks from which the CDN sends its requests.")
        Optional<List<String>> networks,

        @ConfigProperty(name = "registry.cdn.direct-networks")
        @Setting(unit = "networks", help = "Networks of clients that are not redirected.")
        Optional<List<String>> directNetworks,

        @ConfigProperty(name = "registry.cdn.direct-hosts", defaultValue = "registry-no-cdn.*")
        @Setting(
                unit = "host names",
                help = "Host names of the registry under which nothing is redirected. `*` stands for any "
                        + "characters.")
        List<String> directHosts,

        @ConfigProperty(name = "registry.cdn.secret-header")
        @Setting(unit = "name of a header", help = "A header by which the CDN's own requests are recognized.")
        Optional<String> secretHeader,

        @ConfigProperty(name = "registry.cdn.secret-file")
        @Setting(unit = "file", help = "The file with that header's value.")
        Optional<String> secretFile) {

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
}
