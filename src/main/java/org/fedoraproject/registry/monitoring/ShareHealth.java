package org.fedoraproject.registry.monitoring;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;
import org.fedoraproject.registry.nfs.NfsStatistics;

/**
 * Reports whether the share answers; an instance without it must get no requests. Also tells what does not keep it from
 * answering: that the share takes no writes, is nearly full, or has a clock that differs from this host's.
 */
@Readiness
@Singleton
public class ShareHealth implements HealthCheck {
    /** Where the alert of the production hosts is critical. */
    private static final double NEARLY_FULL = 0.1;

    /** More than the clocks of hosts with NTP differ. */
    private static final Duration MAX_SKEW = Duration.ofSeconds(2);

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
                .withData("freeBytes", share.space().free())
                .withData("totalBytes", share.space().total())
                .withData("validated", share.validated().toString());
        if (share.space().freeRatio() < NEARLY_FULL) {
            response.withData("nearlyFull", "less than a tenth of the share is free");
        }
        if (share.skew().abs().compareTo(MAX_SKEW) > 0) {
            response.withData("clock", "the file server's clock and this host's differ: set them by NTP");
        }
        share.unwritable().ifPresent(why -> response.withData("unwritable", why));
        share.fault().ifPresent(fault -> response.withData("fault", fault));
        return response.build();
    }
}
