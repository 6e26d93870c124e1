package org.fedoraproject.registry.jobs;

import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Set;
import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.retention.Retention;
import org.fedoraproject.registry.retention.RetentionFigures;
import org.fedoraproject.registry.retention.RetentionReport;
import org.fedoraproject.registry.retention.RetentionStatus;

/** A run of retention as a job. */
@Dependent
@Named("retain")
public class RetainJob extends Job {
    private final Retention retention;
    private final Events events;

    @Inject
    public RetainJob(JobContext context, Retention retention, Events events) {
        super(context);
        this.retention = retention;
        this.events = events;
    }

    @Override
    String run(JobParameters parameters) {
        boolean dryRun = parameters.only(Set.of(JobParameters.DRY_RUN)).dryRun();
        RetentionReport report = retention.run(
                dryRun, now -> tell("at " + now.repository() + "; " + words(now.figures())), this::isStopped);
        String words = dryRun ? "dry run; " + words(report.figures()) : words(report.figures());
        if (!dryRun && report.status() != RetentionStatus.REFUSED) {
            JobEvents.tell(events, EventAction.RETENTION, report.status().name(), words);
        }
        return switch (report.status()) {
            case COMPLETED -> status(Outcome.DONE, words);
            case STOPPED -> status(Outcome.STOPPED, report.reason() + "; " + words + "; the next run goes on");
            case REFUSED -> status(Outcome.REFUSED, report.reason());
            case INCOMPLETE -> status(Outcome.PROBLEMS, report.reason() + "; " + words);
            case FAILED -> status(Outcome.FAILED, report.reason() + "; " + words + "; the next run goes on");
        };
    }

    private static String words(RetentionFigures now) {
        return now.deleted() + " of " + now.tags() + " tags deleted, " + now.unknown() + " of unknown age, "
                + now.repositories() + " repositories";
    }
}
