package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Configuration of leases; must be the same on all instances.
 *
 * @param grace what was in use within this time before a collection began is not collected
 */
public record LeaseConfig(
        @ConfigProperty(name = "registry.gc.grace", defaultValue = "PT24H")
        Duration grace) {

    @Inject
    public LeaseConfig {
        if (grace.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("registry.gc.grace is below PT1S: " + grace);
        }
    }
}
