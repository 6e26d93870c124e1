package org.fedoraproject.registry.monitoring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.fedoraproject.registry.cdn.Redirects;

/** Reports whether blobs are redirected. Always up, because the instance serves blobs itself when they are not. */
@Readiness
@ApplicationScoped
public class CdnHealth implements HealthCheck {
    @Inject
    Redirects redirects;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("registry-cdn")
                .up()
                .withData("state", redirects.state().name())
                .withData("redirects", redirects.count())
                .build();
    }
}
