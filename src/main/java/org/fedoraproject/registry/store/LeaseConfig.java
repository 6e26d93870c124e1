package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of leases; should be the same on all instances, see {@link GraceRecords}.
 *
 * @param grace what was in use within this time before a collection began is not deleted; within half of it, not moved
 * @param untaggedAfter how long a manifest without a tag must not have been in use before a collection takes it; it takes
 *     none if empty
 */
public record LeaseConfig(
        @ConfigProperty(name = "registry.gc.grace", defaultValue = "PT24H")
        @Setting(
                min = "PT10S",
                help = "A collection deletes nothing that clients pushed, or were told of, within this time before the "
                        + "collection began. All instances need the same value; otherwise, the longest one counts.")
        Duration grace,

        @ConfigProperty(name = "registry.gc.untagged-after")
        @Setting(
                min = "PT0S",
                otherwise = "never",
                help = "Collections also delete manifests that have no tag, and that nobody has pushed, or pulled by "
                        + "digest, for this time. What an index that stays lists, and what refers to a manifest that "
                        + "stays, stays too. All instances need the same value.")
        Optional<Duration> untaggedAfter) {
    @Inject
    public LeaseConfig {}
}
