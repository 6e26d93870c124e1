package org.fedoraproject.registry.nfs;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Configuration of the file resource.
 *
 * @param root an absolute directory that exists; docker-distribution's {@code rootdirectory}
 * @param maxConnections the most threads that may be inside file operations at once
 * @param connectionWait how long a request waits for a connection before it is refused
 * @param maxWaiting the most requests that may wait for a connection; further ones are refused at once. Each waiting
 *     request holds a thread, and requests that need no file must still get one.
 * @param validationInterval how often the mount is checked
 */
public record NfsConfig(
        @ConfigProperty(name = "registry.nfs.root") Path root,

        @ConfigProperty(name = "registry.nfs.max-connections", defaultValue = "64")
        int maxConnections,

        @ConfigProperty(name = "registry.nfs.connection-wait", defaultValue = "PT5S")
        Duration connectionWait,

        @ConfigProperty(name = "registry.nfs.max-waiting", defaultValue = "128")
        int maxWaiting,

        @ConfigProperty(name = "registry.nfs.validation-interval", defaultValue = "PT2S")
        Duration validationInterval) {

    @Inject
    public NfsConfig {
        require(root.isAbsolute(), "registry.nfs.root is not an absolute path: " + root);
        require(maxConnections > 0, "registry.nfs.max-connections is not above 0: " + maxConnections);
        require(maxWaiting >= 0, "registry.nfs.max-waiting is negative: " + maxWaiting);
        require(!connectionWait.isNegative(), "registry.nfs.connection-wait is negative: " + connectionWait);
        require(
                validationInterval.compareTo(Duration.ofSeconds(1)) >= 0,
                "registry.nfs.validation-interval is below PT1S: " + validationInterval);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
