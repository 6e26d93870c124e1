package org.fedoraproject.registry.gc;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of collections.
 *
 * @param enabled whether they may move and delete anything; not while docker-distribution writes to the tree, because
 *     it does not show what it uses
 * @param operationsPerSecond the most file operations
 * @param interval the pause between two collections
 */
public record CollectionConfig(
        @ConfigProperty(name = "registry.gc.enabled", defaultValue = "false")
        @Setting(
                help = "Whether this instance may collect garbage. It must be false while docker-distribution writes to "
                        + "the tree.")
        boolean enabled,

        @ConfigProperty(name = "registry.gc.operations-per-second", defaultValue = "1000")
        @Setting(unit = "operations", min = "1", help = "The most file operations of a collection in a second.")
        int operationsPerSecond,

        @ConfigProperty(name = "registry.gc.interval", defaultValue = "PT24H")
        @Setting(min = "PT1S", help = "The time between two collections.")
        Duration interval) {
    @Inject
    public CollectionConfig {}
}
