package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of leases; must be the same on all instances.
 *
 * @param grace what was in use within this time before a collection began is not collected
 */
public record LeaseConfig(
        @ConfigProperty(name = "registry.gc.grace", defaultValue = "PT24H")
        @Setting(
                min = "PT1S",
                help = "A collection leaves alone what clients pushed, or were told of, within this time before it "
                        + "began. It must be the same on all instances.")
        Duration grace) {
    @Inject
    public LeaseConfig {}
}
