package org.fedoraproject.registry.jobs;

import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Map;
import java.util.Set;
import org.fedoraproject.registry.scrub.Count;
import org.fedoraproject.registry.scrub.ScrubConfig;
import org.fedoraproject.registry.scrub.ScrubReport;
import org.fedoraproject.registry.scrub.ScrubRequest;
import org.fedoraproject.registry.scrub.Scrubber;

/** A scrub as a job. */
@Dependent
@Named("scrub")
public class ScrubJob extends Job {
    private final Scrubber scrubber;
    private final ScrubConfig config;

    @Inject
    public ScrubJob(JobContext context, Scrubber scrubber, ScrubConfig config) {
        super(context);
        this.scrubber = scrubber;
        this.config = config;
    }

    @Override
    String run(JobParameters parameters) {
        parameters.only(Set.of(JobParameters.DRY_RUN, JobParameters.BYTES_PER_SECOND));
        ScrubRequest request =
                new ScrubRequest(parameters.dryRun(), parameters.bytesPerSecond(config.bytesPerSecond()));
        ScrubReport report =
                scrubber.run(request, now -> tell(now.done(), now.left(), words(now.counts())), this::isStopped);
        String words = request.dryRun() ? "dry run; " + words(report.counts()) : words(report.counts());
        return switch (report.status()) {
            case COMPLETED -> status(report.left() == 0 ? Outcome.DONE : Outcome.PROBLEMS, words);
            case RUNNING, STOPPED -> status(Outcome.STOPPED, report.reason() + "; " + words + "; the next run goes on");
            case REFUSED -> status(Outcome.REFUSED, report.reason());
            case FAILED -> status(Outcome.FAILED, report.reason() + "; " + words + "; the next run goes on");
        };
    }

    private static String words(Map<Count, Long> counts) {
        long repaired = number(counts, Count.REPAIRED);
        return number(counts, Count.PROBLEMS) + " problems" + (repaired == 0 ? "" : ", " + repaired + " repaired,")
                + " in " + number(counts, Count.BLOBS) + " blobs of " + number(counts, Count.BYTES) + " bytes and "
                + number(counts, Count.REPOSITORIES) + " repositories";
    }

    private static long number(Map<Count, Long> counts, Count of) {
        return counts.getOrDefault(of, 0L);
    }
}
