package org.fedoraproject.registry.flatpak;

import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;
import org.fedoraproject.registry.index.IndexConfig;

/**
 * Configures the index of Flatpaks.
 *
 * @param registry the URL that the index names; empty for the one of the request
 * @param maxAge how long caches may keep the static index
 */
public record FlatpakConfig(
        @ConfigProperty(name = "registry.flatpak.enabled", defaultValue = "false")
        @Setting(
                help = "Whether this instance serves the [index for flatpak](INDEX.md#flatpak). It needs "
                        + "`registry.index.enabled`.")
        boolean enabled,

        @ConfigProperty(name = "registry.flatpak.registry-url")
        @Setting(
                otherwise = "the URL under which the client asks",
                help = "The URL from which flatpak pulls images. Set it if a CDN serves the index under another name.")
        Optional<URI> registry,

        @ConfigProperty(name = "registry.flatpak.max-age", defaultValue = "PT1M")
        @Setting(min = "PT0S", help = "How long caches may keep `/index/static`.")
        Duration maxAge,

        @ConfigProperty(name = IndexConfig.ENABLED, defaultValue = "false")
        boolean indexEnabled) {

    @Inject
    public FlatpakConfig {
        if (enabled && !indexEnabled) {
            throw new IllegalArgumentException("registry.flatpak.enabled needs " + IndexConfig.ENABLED);
        }
        registry.ifPresent(FlatpakConfig::requireUrl);
    }

    private static void requireUrl(URI url) {
        boolean isHttp = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!isHttp || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "registry.flatpak.registry-url is not an absolute http or https URL without a query: " + url);
        }
    }
}
