package org.fedoraproject.registry.cluster;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * The positions of the switches at the start.
 *
 * @param logLevel such as {@code DEBUG} or {@code INFO}; by default the server's logging configuration decides
 */
public record SwitchConfig(
        @ConfigProperty(name = Switch.Key.READ_ONLY, defaultValue = "false")
        @Setting(unit = "`true` or `false`", help = "Every new write gets 405. Writes in progress continue.")
        String readOnly,

        @ConfigProperty(name = Switch.Key.REDIRECT, defaultValue = "true")
        @Setting(unit = "`true` or `false`", help = "GETs of blobs are redirected to the CDN, if there is one.")
        String redirect,

        @ConfigProperty(name = Switch.Key.LOG_LEVEL)
        @Setting(
                unit = "log level",
                help = "The level of the registry's own log, such as `DEBUG`. Without it, the server's logging "
                        + "configuration decides.")
        Optional<String> logLevel) {

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
