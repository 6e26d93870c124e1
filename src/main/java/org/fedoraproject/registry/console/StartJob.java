package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.jobs.Executions;
import org.fedoraproject.registry.oci.RegistryException;

/** Starts a job on this instance. */
@Singleton
class StartJob implements CommandHandler {
    private final Executions executions;

    @Inject
    StartJob(Executions executions) {
        this.executions = executions;
    }

    @Override
    public Command command() {
        return Command.START_JOB;
    }

    @Override
    public Answer run(Visit visit) {
        visit.requireOperator();
        try {
            executions.start(
                    visit.fields().first("job"),
                    !visit.fields().first("dry-run").equals("false"));
        } catch (IllegalArgumentException e) {
            throw RegistryException.queryInvalid(e.getMessage());
        }
        return new Answer.Redirect(Place.JOBS.path());
    }
}
