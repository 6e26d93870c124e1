package org.fedoraproject.registry.jobs;

import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Set;
import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.gc.CollectionFigures;
import org.fedoraproject.registry.gc.CollectionReport;
import org.fedoraproject.registry.gc.CollectionRequest;
import org.fedoraproject.registry.gc.CollectionStatus;
import org.fedoraproject.registry.gc.Collector;
import org.fedoraproject.registry.quota.Quotas;

/** A garbage collection as a job. */
@Dependent
@Named("collect")
public class CollectJob extends Job {
    private final Collector collector;
    private final Quotas quotas;
    private final Events events;

    @Inject
    public CollectJob(JobContext context, Collector collector, Quotas quotas, Events events) {
        super(context);
        this.collector = collector;
        this.quotas = quotas;
        this.events = events;
    }

    @Override
    String run(JobParameters parameters) {
        boolean dryRun = parameters.only(Set.of(JobParameters.DRY_RUN)).dryRun();
        CollectionReport report = collector.run(
                new CollectionRequest(dryRun),
                now -> tell(now.done(), now.left(), words(now.figures())),
                this::isStopped);
        String words = dryRun ? "dry run; " + words(report.figures()) : words(report.figures());
        if (!dryRun && report.status() != CollectionStatus.REFUSED) {
            JobEvents.tell(events, EventAction.COLLECTION, report.status().name(), words);
        }
        return switch (report.status()) {
            case COMPLETED -> status(Outcome.DONE, words + counted());
            case STOPPED -> status(Outcome.STOPPED, words + "; the next run goes on");
            case REFUSED -> status(Outcome.REFUSED, report.reason());
            case INCOMPLETE -> status(Outcome.PROBLEMS, report.reason() + "; " + words + counted());
            case FAILED -> status(Outcome.FAILED, report.reason() + "; " + words);
        };
    }

    /** Counts what quotas limit, because that has changed. */
    private String counted() {
        return quotas.count(this::isStopped)
                .map(why -> "; quotas are counted later: " + why)
                .orElse("");
    }

    private static String words(CollectionFigures now) {
        return now.trashedBlobs() + " blobs of " + now.trashedBytes() + " bytes to the trash, " + now.purgedBlobs()
                + " blobs of " + now.purgedBytes() + " bytes deleted, " + now.repositories() + " repositories";
    }
}
