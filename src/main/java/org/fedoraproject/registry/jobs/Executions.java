package org.fedoraproject.registry.jobs;

import jakarta.batch.operations.JobExecutionNotRunningException;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.operations.NoSuchJobException;
import jakarta.batch.operations.NoSuchJobExecutionException;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.JobExecution;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** The executions of jobs on this instance since its start, for people who start and stop them. */
@Singleton
public class Executions {
    /** The names of the jobs. */
    public static final List<String> JOBS = List.of("collect", "retain", "scrub");

    private static final Set<BatchStatus> RUNNING =
            Set.of(BatchStatus.STARTING, BatchStatus.STARTED, BatchStatus.STOPPING);

    @Inject
    public Executions() {}

    /**
     * One run of a job.
     *
     * @param words how far it is, or how it went; empty if it has not said anything yet
     * @param end empty while it runs
     */
    public record Execution(
            long id, String job, String words, boolean running, boolean dryRun, Instant begin, Optional<Instant> end) {}

    /**
     * Starts a job. Whether it is refused shows in its words.
     *
     * @throws IllegalArgumentException if there is no such job, or if it runs on this instance
     */
    public void start(String job, boolean dryRun) {
        require(job);
        if (list(job, 1).stream().anyMatch(Execution::running)) {
            throw new IllegalArgumentException(job + " runs on this instance");
        }
        Properties properties = new Properties();
        properties.setProperty(JobParameters.DRY_RUN, Boolean.toString(dryRun));
        operator().start(job, properties);
    }

    /** Asks a job to stop; it ends within about a second. Returns whether it was running on this instance. */
    public boolean stop(String job) {
        require(job);
        List<Execution> running =
                list(job, Integer.MAX_VALUE).stream().filter(Execution::running).toList();
        running.forEach(each -> stop(each.id()));
        return !running.isEmpty();
    }

    private static void stop(long id) {
        try {
            operator().stop(id);
        } catch (JobExecutionNotRunningException | NoSuchJobExecutionException e) {
            // it has ended meanwhile
        }
    }

    /** The newest of a job, the newest first. */
    public List<Execution> list(String job, int most) {
        JobOperator operator = operator();
        try {
            return operator.getJobInstances(job, 0, most).stream()
                    .flatMap(instance -> operator.getJobExecutions(instance).stream())
                    .map(each -> execution(job, each))
                    .sorted(Comparator.comparingLong(Execution::id).reversed())
                    .limit(most)
                    .toList();
        } catch (NoSuchJobException e) {
            return List.of(); // it has not run since the start
        }
    }

    private static Execution execution(String job, JobExecution of) {
        Properties parameters = of.getJobParameters();
        return new Execution(
                of.getExecutionId(),
                job,
                Optional.ofNullable(of.getExitStatus()).orElse(""),
                RUNNING.contains(of.getBatchStatus()),
                parameters != null && Boolean.parseBoolean(parameters.getProperty(JobParameters.DRY_RUN)),
                Optional.ofNullable(of.getStartTime())
                        .orElseGet(of::getCreateTime)
                        .toInstant(),
                Optional.ofNullable(of.getEndTime()).map(Date::toInstant));
    }

    private static void require(String job) {
        if (!JOBS.contains(job)) {
            throw new IllegalArgumentException("there is no job " + job);
        }
    }

    private static JobOperator operator() {
        return BatchRuntime.getJobOperator();
    }
}
