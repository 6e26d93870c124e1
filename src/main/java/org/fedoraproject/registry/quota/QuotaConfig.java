package org.fedoraproject.registry.quota;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configures quotas.
 *
 * @param rules the rule file; without one, there are no quotas
 * @param operationsPerSecond how many operations on the share a count makes in a second
 * @param countInterval when all is counted again
 */
public record QuotaConfig(
        @ConfigProperty(name = QuotaConfig.RULES)
        @Setting(
                unit = "file",
                help = "The file with the [quotas](SPACE.md#quotas), the same on all instances. Without it, there are "
                        + "none.")
        Optional<String> rules,

        @ConfigProperty(name = "registry.quota.operations-per-second", defaultValue = "500")
        @Setting(
                unit = "operations",
                min = "1",
                help = "The most file operations in a second while an instance counts what is used.")
        int operationsPerSecond,

        @ConfigProperty(name = "registry.quota.count-interval", defaultValue = "PT24H")
        @Setting(
                min = "PT1M",
                help = "The time from the begin of one count to the begin of the next. A count also follows each "
                        + "collection.")
        Duration countInterval) {
    static final String RULES = "registry.quota.rules";

    @Inject
    public QuotaConfig {}
}
