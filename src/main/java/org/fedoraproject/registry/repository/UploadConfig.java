package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How uploads are kept.
 *
 * @param lifetime a session that is not completed so long after its begin is deleted
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
