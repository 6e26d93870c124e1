package org.fedoraproject.registry.policy;

import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;

/**
 * Configures the policy.
 *
 * @param file the policy file; without one everybody may do everything, and nobody is authenticated
 */
public record PolicyConfig(
        @ConfigProperty(name = "registry.auth.policy")
        @Setting(unit = "file", help = "The policy file. Without one, everyone may do everything.")
        Optional<String> file) {
    @Inject
    public PolicyConfig {}

    /** @throws IllegalArgumentException if something that has no effect without a policy is given without one */
    public static void requireFor(Optional<String> policy, boolean anything) {
        if (anything && policy.isEmpty()) {
            throw new IllegalArgumentException("registry.auth.policy is needed, or what else is given for"
                    + " registry.auth keeps nobody from anything");
        }
    }
}
