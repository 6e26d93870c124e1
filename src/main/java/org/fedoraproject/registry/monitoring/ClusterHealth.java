package org.fedoraproject.registry.monitoring;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.fedoraproject.registry.cluster.Cluster;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;

/**
 * Reports the members of the cluster and whether the registry is read-only. Always up, because an instance serves alone
 * too.
 */
@Readiness
@Singleton
public class ClusterHealth implements HealthCheck {
    private final Cluster cluster;
    private final Switches switches;

    @Inject
    public ClusterHealth(Cluster cluster, Switches switches) {
        this.cluster = cluster;
        this.switches = switches;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("registry-cluster")
                .up()
                .withData("members", String.join(", ", cluster.members()))
                .withData("readOnly", switches.isOn(Switch.READ_ONLY))
                .build();
    }
}
