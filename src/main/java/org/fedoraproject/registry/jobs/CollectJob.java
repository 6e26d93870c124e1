package org.fedoraproject.registry.jobs;

import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Set;
import org.fedoraproject.registry.gc.CollectionFigures;
import org.fedoraproject.registry.gc.CollectionReport;
import org.fedoraproject.registry.gc.CollectionRequest;
import org.fedoraproject.registry.gc.Collector;

/** A garbage collection as a job. */
@Dependent
@Named("collect")
public class CollectJob extends Job {
    private final Collector collector;

    @Inject
    public CollectJob(JobContext context, Collector collector) {
        super(context);
        this.collector = collector;
    }

    @Override
    String run(JobParameters parameters) {
        boolean dryRun = parameters.only(Set.of(JobParameters.DRY_RUN)).dryRun();
        CollectionReport report = collector.run(
                new CollectionRequest(dryRun),
                now -> tell(now.done(), now.left(), words(now.figures())),
                this::isStopped);
        String words = dryRun ? "dry run; " + words(report.figures()) : words(report.figures());
        return switch (report.status()) {
            case COMPLETED -> status(Outcome.DONE, words);
            case STOPPED -> status(Outcome.STOPPED, words + "; the next run goes on");
            case REFUSED -> status(Outcome.REFUSED, report.reason());
            case INCOMPLETE -> status(Outcome.PROBLEMS, report.reason() + "; " + words);
            case FAILED -> status(Outcome.FAILED, report.reason() + "; " + words);
        };
    }

    private static String words(CollectionFigures now) {
        return now.trashedBlobs() + " blobs of " + now.trashedBytes() + " bytes to the trash, " + now.purgedBlobs()
                + " blobs of " + now.purgedBytes() + " bytes deleted, " + now.repositories() + " repositories";
    }
}
