package org.fedoraproject.registry.auth;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.duty.Duty;

/** Checks every second for changed files, so that no request has to. */
@Singleton
public class Watch {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final AuthConfig config;
    private final Map<String, Duty.Work> looks;

    @Inject
    public Watch(AuthConfig config, Policies policies, Users users, TokenKeys tokenKeys, IssuerKeys issuerKeys) {
        this.config = config;
        this.looks = Map.of(
                "policy", policies::look,
                "passwords", users::look,
                "token-keys", tokenKeys::look,
                "issuer-keys", issuerKeys::look);
    }

    /** Runs each check on its own, as one that hangs must not delay the others. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (config.policy().isPresent()) {
            looks.forEach((name, look) -> duties.start(name, Duration.ZERO, PAUSE, look));
        }
    }
}
