package org.fedoraproject.registry.monitoring;

import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Reports whether threads wait for each other for ever, which only a restart ends. A share that does not answer is no reason
 * to restart an instance, so it is not asked for here.
 */
@Liveness
@Singleton
public class LiveHealth implements HealthCheck {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Override
    public HealthCheckResponse call() {
        long[] deadlocked = threads.findDeadlockedThreads();
        int count = deadlocked == null ? 0 : deadlocked.length;
        return HealthCheckResponse.named("registry-live")
                .status(count == 0)
                .withData("deadlockedThreads", count)
                .build();
    }
}
