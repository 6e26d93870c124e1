package org.fedoraproject.registry.gc;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

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
        boolean enabled,

        @ConfigProperty(name = "registry.gc.operations-per-second", defaultValue = "1000")
        int operationsPerSecond,

        @ConfigProperty(name = "registry.gc.interval", defaultValue = "PT24H")
        Duration interval) {

    @Inject
    public CollectionConfig {
        require(operationsPerSecond > 0, "registry.gc.operations-per-second is not above 0: " + operationsPerSecond);
        require(interval.compareTo(Duration.ofSeconds(1)) >= 0, "registry.gc.interval is below PT1S: " + interval);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
