package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who may use the API from a browser.
 *
 * @param corsOrigins of the pages whose scripts may, or {@code *} for all; none for no pages but our own
 */
public record CorsConfig(
        @ConfigProperty(name = CorsConfig.KEY) Optional<List<String>> corsOrigins) {
    static final String KEY = "registry.http.cors-origins";

    @Inject
    public CorsConfig {
        Origins.parse(KEY, corsOrigins);
    }

    Origins origins() {
        return Origins.parse(KEY, corsOrigins);
    }
}
