package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of leases; should be the same on all instances, see {@link GraceRecords}.
 *
 * @param grace what was in use within this time before a collection began is not deleted; within half of it, not moved
 */
public record LeaseConfig(
        @ConfigProperty(name = "registry.gc.grace", defaultValue = "PT24H")
        @Setting(
                min = "PT10S",
                help = "A collection deletes nothing that clients pushed, or were told of, within this time before the "
                        + "collection began. All instances need the same value; otherwise, the longest one counts.")
        Duration grace) {
    @Inject
    public LeaseConfig {}
}
