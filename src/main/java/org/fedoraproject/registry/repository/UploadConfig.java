package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of upload sessions.
 *
 * @param lifetime an unfinished session is deleted this long after its start
 */
public record UploadConfig(
        @ConfigProperty(name = "registry.repository.upload-lifetime", defaultValue = "P7D")
        @Setting(min = "PT1H", help = "After this time, an upload that was never completed is deleted.")
        Duration lifetime) {
    @Inject
    public UploadConfig {}
}
