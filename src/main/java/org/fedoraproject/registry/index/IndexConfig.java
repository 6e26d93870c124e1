package org.fedoraproject.registry.index;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configures the index.
 *
 * @param operationsPerSecond how many operations on the share a walk makes in a second; the first one is not limited
 * @param pause between two walks
 */
public record IndexConfig(
        @ConfigProperty(name = IndexConfig.ENABLED, defaultValue = "false")
        @Setting(
                help = "Whether this instance keeps an [index](INDEX.md) of the repositories, and answers below "
                        + "`/api/v1/`.")
        boolean enabled,

        @ConfigProperty(name = "registry.index.operations-per-second", defaultValue = "500")
        @Setting(
                unit = "operations",
                min = "1",
                help = "The most file operations in a second while the index is compared with the tree. The first "
                        + "walk after the start has no limit, but makes one operation at a time.")
        int operationsPerSecond,

        @ConfigProperty(name = "registry.index.pause", defaultValue = "PT5M")
        @Setting(
                min = "PT1S",
                help = "The time between two walks through the tree. Changes that the registry makes itself are in "
                        + "the index within a second. Those of docker-distribution are found by the next walk.")
        Duration pause) {
    /** The key that turns the index on. */
    public static final String ENABLED = "registry.index.enabled";

    @Inject
    public IndexConfig {}
}
