package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The operator's switch, a system property that WildFly's CLI and admin console change while the application runs. */
@Singleton
class CdnSwitch {
    private final Provider<Optional<Boolean>> redirect;

    @Inject
    CdnSwitch(
            @ConfigProperty(name = "registry.cdn.redirect", defaultValue = "true")
                    Provider<Optional<Boolean>> redirect) {
        this.redirect = redirect;
    }

    /** As it is set now; whatever is not {@code true}, nothing included, is off. */
    boolean isOn() {
        return redirect.get().orElse(false);
    }
}
