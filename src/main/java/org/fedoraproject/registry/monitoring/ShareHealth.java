package org.fedoraproject.registry.monitoring;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;
import org.fedoraproject.registry.nfs.NfsStatistics;

/** Reports whether the share answers; an instance without it must get no requests. */
@Readiness
@Singleton
public class ShareHealth implements HealthCheck {
    private final NfsConnectionFactory factory;

    @Inject
    public ShareHealth(NfsConnectionFactory factory) {
        this.factory = factory;
    }

    @Override
    public HealthCheckResponse call() {
        NfsStatistics share = factory.statistics();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("registry-share")
                .status(share.fault().isEmpty())
                .withData("connectionsInUse", share.inUse())
                .withData("connectionsMax", share.maxConnections())
                .withData("clockSkewMillis", share.skew().toMillis())
                .withData("validated", share.validated().toString());
        share.unwritable().ifPresent(why -> response.withData("unwritable", why));
        share.fault().ifPresent(fault -> response.withData("fault", fault));
        return response.build();
    }
}
