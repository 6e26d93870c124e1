package org.fedoraproject.registry.cluster;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The positions of the switches at the start.
 *
 * @param logLevel such as {@code DEBUG} or {@code INFO}; by default the server's logging configuration decides
 */
public record SwitchConfig(
        @ConfigProperty(name = Switch.Key.READ_ONLY, defaultValue = "false")
        String readOnly,

        @ConfigProperty(name = Switch.Key.REDIRECT, defaultValue = "true")
        String redirect,

        @ConfigProperty(name = Switch.Key.LOG_LEVEL) Optional<String> logLevel) {

    @Inject
    public SwitchConfig {
        Map.of(Switch.READ_ONLY, readOnly, Switch.REDIRECT, redirect, Switch.LOG_LEVEL, logLevel.orElse(""))
                .forEach(SwitchConfig::require);
    }

    private static void require(Switch of, String position) {
        of.refusal(position).ifPresent(refusal -> {
            throw new IllegalArgumentException(refusal);
        });
    }
}
