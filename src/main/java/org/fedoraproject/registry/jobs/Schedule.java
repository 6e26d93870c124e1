package org.fedoraproject.registry.jobs;

import jakarta.batch.operations.JobOperator;
import jakarta.batch.operations.NoSuchJobException;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.fedoraproject.registry.cluster.Cluster;
import org.fedoraproject.registry.duty.Duties;
import org.jboss.logging.Logger;

/**
 * Starts jobs when they are due and in their window, on one instance of a cluster, and stops at the end of the window
 * those that it has started. A run that was stopped or failed is due at once, and is then continued.
 */
@Singleton
public class Schedule {
    private static final Logger LOG = Logger.getLogger(Schedule.class);

    private static final Duration PAUSE = Duration.ofSeconds(15);

    /** A job that is refused or fails is not tried again sooner: WildFly keeps each execution in memory. */
    private static final Duration RETRY = Duration.ofMinutes(5);

    /** The next run continues one that ended so. */
    private static final Set<String> UNFINISHED = Set.of("STOPPED", "FAILED");

    private final JobsConfig config;
    private final LastRuns lastRuns;
    private final Cluster cluster;

    @Inject
    public Schedule(JobsConfig config, LastRuns lastRuns, Cluster cluster) {
        this.config = config;
        this.lastRuns = lastRuns;
        this.cluster = cluster;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        start("collect", config.collect(), lastRuns::collection, duties);
        start("retain", config.retain(), lastRuns::retention, duties);
        start("scrub", config.scrub(), lastRuns::scrub, duties);
    }

    private void start(String job, JobsConfig.Times times, Supplier<Optional<LastRun>> lastRun, Duties duties) {
        times.interval().ifPresent(interval -> {
            Timed timed = new Timed(job, interval, times.window(), lastRun);
            Duration pause = interval.compareTo(PAUSE) < 0 ? interval : PAUSE;
            duties.start(job + "-schedule", Duration.ofSeconds(5), pause, timed::check);
        });
    }

    /** Whether a job is due now. A dry run by hand counts as a run, so that it makes no other one due. */
    static boolean isDue(Optional<LastRun> last, Duration interval, Instant now) {
        return last.isEmpty()
                || UNFINISHED.contains(last.get().status()) && !last.get().dryRun()
                || !last.get().begin().plus(interval).isAfter(now);
    }

    /** One job with its times. */
    private final class Timed {
        private final String job;
        private final Duration interval;
        private final Window window;
        private final Supplier<Optional<LastRun>> lastRun;
        private long started;
        private Instant retry = Instant.MIN;

        private Timed(String job, Duration interval, Window window, Supplier<Optional<LastRun>> lastRun) {
            this.job = job;
            this.interval = interval;
            this.window = window;
            this.lastRun = lastRun;
        }

        private void check() {
            JobOperator operator = BatchRuntime.getJobOperator();
            List<Long> running = running(operator);
            if (!window.contains(LocalTime.now(ZoneId.systemDefault()))) {
                if (running.contains(started)) {
                    LOG.infof("The window of %s is over", job);
                    operator.stop(started);
                }
            } else if (running.isEmpty() && cluster.isFirst()) {
                startIfDue(operator, Instant.now());
            }
        }

        private void startIfDue(JobOperator operator, Instant now) {
            lastRuns.read();
            if (!now.isBefore(retry) && isDue(lastRun.get(), interval, now)) {
                retry = now.plus(interval.compareTo(RETRY) < 0 ? interval : RETRY);
                started = operator.start(job, new Properties());
            }
        }

        private List<Long> running(JobOperator operator) {
            try {
                return operator.getRunningExecutions(job);
            } catch (NoSuchJobException e) {
                return List.of(); // it has not run since the start
            }
        }
    }
}
