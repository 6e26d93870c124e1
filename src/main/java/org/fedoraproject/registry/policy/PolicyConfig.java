package org.fedoraproject.registry.policy;

import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Configures the policy.
 *
 * @param file the policy file; without one everybody may do everything, and nobody is authenticated
 */
public record PolicyConfig(
        @ConfigProperty(name = "registry.auth.policy") Optional<String> file) {
    @Inject
    public PolicyConfig {}

    /** @throws IllegalArgumentException if something that has no effect without a policy is given without one */
    public void requireFor(boolean anything) {
        if (anything && file.isEmpty()) {
            throw new IllegalArgumentException("registry.auth.policy is needed, or what else is given for"
                    + " registry.auth keeps nobody from anything");
        }
    }
}
