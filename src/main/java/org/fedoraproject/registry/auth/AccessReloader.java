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
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.PolicyConfig;
import org.fedoraproject.registry.token.IssuerKeys;
import org.fedoraproject.registry.token.TokenKeys;

/** Reloads the policy, the passwords and the keys of tokens when they change, so that no request has to look. */
@Singleton
public class AccessReloader {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PolicyConfig config;
    private final Map<String, Duty.Work> checks;

    @Inject
    public AccessReloader(
            PolicyConfig config, CurrentPolicy policy, Users users, TokenKeys tokenKeys, IssuerKeys issuerKeys) {
        this.config = config;
        this.checks = Map.of(
                "policy", policy::reload,
                "passwords", users::reload,
                "token-keys", tokenKeys::refresh,
                "issuer-keys", issuerKeys::refresh);
    }

    /** Runs each check on its own, as one that hangs must not delay the others. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (config.file().isPresent()) {
            checks.forEach((name, check) -> duties.start(name, Duration.ZERO, PAUSE, check));
        }
    }
}
