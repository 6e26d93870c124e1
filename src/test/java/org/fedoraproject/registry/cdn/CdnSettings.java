package org.fedoraproject.registry.cdn;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The CDN's default configuration, which tests change before they build it. */
final class CdnSettings {
    String url = "https://cdn.test";
    boolean allowHttp;
    Duration probeInterval = Duration.ofSeconds(10);
    Duration probeTimeout = Duration.ofSeconds(2);
    String networks;
    String directNetworks;
    String secretHeader;
    String secretFile;

    CdnConfig config() {
        return new CdnConfig(
                Optional.ofNullable(url).map(URI::create),
                allowHttp,
                true,
                probeInterval,
                probeTimeout,
                List.of("cdn77", "cloudfront"),
                Optional.ofNullable(networks).map(List::of),
                Optional.ofNullable(directNetworks).map(List::of),
                List.of("registry-no-cdn.*"),
                Optional.ofNullable(secretHeader),
                Optional.ofNullable(secretFile));
    }
}
