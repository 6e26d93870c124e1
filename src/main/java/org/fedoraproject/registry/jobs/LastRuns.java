package org.fedoraproject.registry.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.gc.Collector;
import org.fedoraproject.registry.retention.Retention;
import org.fedoraproject.registry.scrub.Count;
import org.fedoraproject.registry.scrub.Scrubber;

/** How the last runs of the jobs went. Read now and then, so that whoever asks does not wait for the share. */
@Singleton
public class LastRuns {
    private static final Duration PAUSE = Duration.ofSeconds(15);

    private final Collector collector;
    private final Retention retention;
    private final Scrubber scrubber;
    private volatile Optional<LastRun> collection = Optional.empty();
    private volatile Optional<LastRun> retained = Optional.empty();
    private volatile Optional<LastRun> scrub = Optional.empty();

    @Inject
    public LastRuns(Collector collector, Retention retention, Scrubber scrubber) {
        this.collector = collector;
        this.retention = retention;
        this.scrubber = scrubber;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        duties.start("job-reports", Duration.ofSeconds(1), PAUSE, this::read);
    }

    /** Empty if there was none yet. */
    public Optional<LastRun> collection() {
        return collection;
    }

    /** Empty if there was none yet. */
    public Optional<LastRun> retention() {
        return retained;
    }

    /** Empty if there was none yet. */
    public Optional<LastRun> scrub() {
        return scrub;
    }

    void read() {
        collection = collector
                .last()
                .map(report -> new LastRun(
                        "collect",
                        report.begin(),
                        report.end(),
                        report.dryRun(),
                        report.status().name(),
                        report.dryRun() ? 0 : report.figures().purgedBytes(),
                        report.figures().broken()
                                + report.figures().unreadable()
                                + report.figures().failed(),
                        0));
        retained = retention
                .last()
                .map(report -> new LastRun(
                        "retain",
                        report.begin(),
                        report.end(),
                        report.dryRun(),
                        report.status().name(),
                        0,
                        report.figures().failed(),
                        0));
        scrub = scrubber.last()
                .map(report -> new LastRun(
                        "scrub",
                        report.begin(),
                        report.end(),
                        report.dryRun(),
                        report.status().name(),
                        0,
                        report.left(),
                        report.count(Count.REPAIRED)));
    }
}
