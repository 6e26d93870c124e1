package org.fedoraproject.registry.jobs;

import jakarta.batch.api.Batchlet;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.context.JobContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * A job of one step. Its exit status says in words how far it is while it runs, and then how it went. The first of
 * these words is one of {@link Outcome}; all but {@code DONE} and {@code PROBLEMS} fail the job (see the job's XML).
 */
abstract class Job implements Batchlet {
    /** How a job ended. */
    enum Outcome {
        DONE,
        /** It has done everything, and found problems. */
        PROBLEMS,
        STOPPED,
        REFUSED,
        FAILED
    }

    private static final Logger LOG = Logger.getLogger(Job.class);

    private final JobContext context;
    private volatile boolean stopped;

    Job(JobContext context) {
        this.context = context;
    }

    /** For CDI only, which needs it where a class has another constructor. */
    Job() {
        this(null);
    }

    /**
     * Does the work.
     *
     * @return the exit status
     */
    abstract String run(JobParameters parameters);

    @Override
    public final String process() {
        String status;
        try {
            status = run(new JobParameters(parameters()));
        } catch (IllegalArgumentException e) {
            status = status(Outcome.REFUSED, e.getMessage());
        }
        context.setExitStatus(status);
        // A schedule tries again every few seconds where a job is refused
        Level level = status.startsWith(Outcome.REFUSED.name()) ? Level.DEBUG : Level.INFO;
        LOG.logf(level, "Job %s: %s", context.getJobName(), status);
        return status;
    }

    private Map<String, String> parameters() {
        Properties given = BatchRuntime.getJobOperator().getParameters(context.getExecutionId());
        Map<String, String> parameters = new TreeMap<>();
        if (given != null) {
            given.stringPropertyNames().forEach(name -> parameters.put(name, given.getProperty(name)));
        }
        return parameters;
    }

    /** Only asks the work to stop; the work ends within a second. */
    @Override
    public final void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    static String status(Outcome outcome, String words) {
        return outcome + ": " + words;
    }

    /** Tells how far it is. */
    void tell(double done, Optional<Duration> left, String words) {
        String time = left.map(Job::inWords).map(text -> ", " + text + " left").orElse("");
        tell((int) (100 * done) + " %" + time + "; " + words);
    }

    /** The same where nobody knows how much there is to do. */
    void tell(String words) {
        context.setExitStatus("RUNNING: " + words);
    }

    private static String inWords(Duration time) {
        return time.toMinutes() < 2
                ? time.toSeconds() + " s"
                : time.toHours() < 2 ? time.toMinutes() + " min" : time.toHours() + " h";
    }
}
