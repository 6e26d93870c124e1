package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configuration of the warm-up.
 *
 * @param limit the maximum duration; zero for no warm-up
 */
public record WarmUpConfig(
        @ConfigProperty(name = "registry.http.warm-up", defaultValue = "PT5S")
        @Setting(
                min = "PT0S",
                help = "After the start, the server spends at most this time to find a manifest, and then at most this "
                        + "time to request it. So the JVM has compiled the code before clients come. The warm-up "
                        + "uses a listener of its own on loopback, and requests only what anyone may pull. These requests are in no log, statistic or metric. There are none "
                        + "if `registry.http.max-requests` is set. Zero turns them off.")
        Duration limit) {
    @Inject
    public WarmUpConfig {}
}
