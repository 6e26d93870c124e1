package org.fedoraproject.registry.monitoring;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.fedoraproject.registry.cdn.Redirects;

/** Reports whether blobs are redirected. Always up, because the instance serves blobs itself when they are not. */
@Readiness
@Singleton
public class CdnHealth implements HealthCheck {
    private final Redirects redirects;

    @Inject
    public CdnHealth(Redirects redirects) {
        this.redirects = redirects;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("registry-cdn")
                .up()
                .withData("state", redirects.state().name())
                .withData("redirects", redirects.count())
                .build();
    }
}
