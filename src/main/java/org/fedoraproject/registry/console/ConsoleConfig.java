package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configures the console.
 *
 * @param server WildFly's own admin console, for a link
 */
public record ConsoleConfig(
        @ConfigProperty(name = "registry.console.enabled", defaultValue = "true")
        @Setting(help = "Whether there is a [console](CONSOLE.md) for administrators at `/console/`.")
        boolean enabled,

        @ConfigProperty(name = "registry.console.server-url")
        @Setting(
                unit = "URL",
                help = "The URL of [WildFly's admin console](CONSOLE.md#wildflys-admin-console). The console at "
                        + "`/console/` shows it as a link.")
        Optional<URI> server) {
    @Inject
    public ConsoleConfig {
        if (server.isPresent() && (server.get().getHost() == null || !isWeb(server.get()))) {
            throw new IllegalArgumentException("registry.console.server-url is no http or https URL: " + server.get());
        }
    }

    private static boolean isWeb(URI url) {
        return "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
    }
}
