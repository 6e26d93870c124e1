package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * The origins whose scripts may use the API from a browser.
 *
 * @param corsOrigins origins of pages, or {@code *} for all; empty for our own pages only
 */
public record CorsConfig(
        @ConfigProperty(name = CorsConfig.KEY)
        @Setting(
                unit = "origins",
                help =
                        "Origins whose scripts may use the API, such as `https://ui.example.org` (with the port, unless "
                                + "it is the scheme's default), or `*` for all. See [ACCESS.md](ACCESS.md#scripts-in-browsers).")
        Optional<List<String>> corsOrigins) {
    static final String KEY = "registry.http.cors-origins";

    @Inject
    public CorsConfig {
        Origins.parse(KEY, corsOrigins);
    }

    Origins origins() {
        return Origins.parse(KEY, corsOrigins);
    }
}
