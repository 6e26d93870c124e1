package org.fedoraproject.registry.retention;

import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configures retention.
 *
 * @param rules the rule file; without one, no tag is ever deleted by retention
 * @param operationsPerSecond how many operations on the share a run makes in a second
 */
public record RetentionConfig(
        @ConfigProperty(name = RetentionConfig.RULES)
        @Setting(
                unit = "file",
                help = "The file with the rules of [retention](SPACE.md#retention). Without it, retention deletes "
                        + "nothing.")
        Optional<String> rules,

        @ConfigProperty(name = "registry.retention.operations-per-second", defaultValue = "500")
        @Setting(unit = "operations", min = "1", help = "The most file operations of a retention run in a second.")
        int operationsPerSecond) {
    static final String RULES = "registry.retention.rules";

    @Inject
    public RetentionConfig {}
}
