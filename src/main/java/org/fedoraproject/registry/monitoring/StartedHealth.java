package org.fedoraproject.registry.monitoring;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Reports that the application has started, and which version: the server asks it only then. */
@Startup
@Singleton
public class StartedHealth implements HealthCheck {
    private final BuildInfo build = BuildInfo.read();

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("registry-started")
                .up()
                .withData("version", build.version())
                .withData("revision", build.revision())
                .build();
    }
}
