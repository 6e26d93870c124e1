package org.fedoraproject.registry.monitoring;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.fedoraproject.registry.jobs.LastRun;
import org.fedoraproject.registry.jobs.LastRuns;

/** Reports how the last runs of the jobs went. Always up, because an instance serves without them. */
@Readiness
@Singleton
public class JobsHealth implements HealthCheck {
    private final LastRuns lastRuns;

    @Inject
    public JobsHealth(LastRuns lastRuns) {
        this.lastRuns = lastRuns;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("registry-jobs").up();
        Stream.of(lastRuns.collection(), lastRuns.retention(), lastRuns.scrub())
                .flatMap(Optional::stream)
                .forEach(run -> add(response, run));
        return response.build();
    }

    private static void add(HealthCheckResponseBuilder response, LastRun run) {
        response.withData(run.job() + "End", run.end().toString())
                .withData(run.job() + "Status", run.dryRun() ? run.status() + " (dry run)" : run.status())
                .withData(run.job() + "Problems", run.problems())
                .withData(run.job() + "Repaired", run.repaired())
                .withData(run.job() + "FreedBytes", run.freedBytes());
    }
}
