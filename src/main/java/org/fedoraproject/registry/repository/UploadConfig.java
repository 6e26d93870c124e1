package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Configuration of upload sessions.
 *
 * @param lifetime an unfinished session is deleted this long after its start
 */
public record UploadConfig(
        @ConfigProperty(name = "registry.repository.upload-lifetime", defaultValue = "P7D")
        Duration lifetime) {

    @Inject
    public UploadConfig {
        if (lifetime.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException("registry.repository.upload-lifetime is below PT1H: " + lifetime);
        }
    }
}
