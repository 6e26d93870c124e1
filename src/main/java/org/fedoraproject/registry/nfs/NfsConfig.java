package org.fedoraproject.registry.nfs;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

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
        @ConfigProperty(name = "registry.nfs.root")
        @Setting(
                unit = "absolute path",
                otherwise = "none; `ops/serve` sets it",
                help = "Absolute path of the root, the directory that contains `docker/registry/v2`. It is the "
                        + "same directory as docker-distribution's `rootdirectory`. See [TREE.md](TREE.md).")
        Path root,

        @ConfigProperty(name = "registry.nfs.max-connections", defaultValue = "64")
        @Setting(unit = "threads", above = "0", help = "How many file operations on the share may run at once.")
        int maxConnections,

        @ConfigProperty(name = "registry.nfs.connection-wait", defaultValue = "PT5S")
        @Setting(
                min = "PT0S",
                help = "How long a request waits for a file operation to begin. Then it gets 503 with "
                        + "`Retry-After`.")
        Duration connectionWait,

        @ConfigProperty(name = "registry.nfs.max-waiting", defaultValue = "128")
        @Setting(
                unit = "requests",
                min = "0",
                help = "How many requests may wait for a file operation. Further requests get 503 at once, so "
                        + "that threads remain for requests that need no file.")
        int maxWaiting,

        @ConfigProperty(name = "registry.nfs.validation-interval", defaultValue = "PT2S")
        @Setting(min = "PT1S", help = "How often the mount is checked.")
        Duration validationInterval) {

    @Inject
    public NfsConfig {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("registry.nfs.root is not an absolute path: " + root);
        }
    }
}
