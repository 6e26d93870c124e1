package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.jobs.RunningJobs;
import org.fedoraproject.registry.oci.RegistryException;

/** Asks a job to stop, on whatever instance it runs. */
@Singleton
class StopJob implements CommandHandler {
    private final RunningJobs jobs;

    @Inject
    StopJob(RunningJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public Command command() {
        return Command.STOP_JOB;
    }

    @Override
    public Answer run(Visit visit) {
        visit.requireOperator();
        try {
            jobs.stop(visit.fields().first("job"));
        } catch (IllegalArgumentException e) {
            throw RegistryException.queryInvalid(e.getMessage());
        }
        return new Answer.Redirect(Place.JOBS.path());
    }
}
