package org.fedoraproject.registry.scrub;

import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of scrubs.
 *
 * @param bytesPerSecond the most that a scrub reads
 */
public record ScrubConfig(
        @ConfigProperty(name = "registry.scrub.bytes-per-second", defaultValue = "20000000")
        @Setting(unit = "bytes a second", min = "1", help = "The most bytes that a scrub reads in a second.")
        long bytesPerSecond) {
    @Inject
    public ScrubConfig {}
}
