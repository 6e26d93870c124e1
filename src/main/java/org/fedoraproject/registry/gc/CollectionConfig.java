package org.fedoraproject.registry.gc;

import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of collections.
 *
 * @param enabled whether they may move and delete anything; not while docker-distribution writes to the tree, because
 *     it does not show what it uses
 * @param operationsPerSecond the most file operations
 */
public record CollectionConfig(
        @ConfigProperty(name = "registry.gc.enabled", defaultValue = "false")
        @Setting(
                help =
                        "Whether this instance may collect garbage. It must be false while docker-distribution writes to "
                                + "the tree.")
        boolean enabled,

        @ConfigProperty(name = "registry.gc.operations-per-second", defaultValue = "1000")
        @Setting(unit = "operations", min = "1", help = "The most file operations of a collection in a second.")
        int operationsPerSecond) {
    @Inject
    public CollectionConfig {}
}
