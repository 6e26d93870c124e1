package org.fedoraproject.registry.duty;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Periodic work: each run starts a pause after the end of the last one, even if that failed. */
public final class Duty {
    private static final Logger LOG = Logger.getLogger(Duty.class);

    private final String name;
    private final Work work;
    private volatile Instant lastSuccess = Instant.EPOCH;
    private volatile long failures;
    private volatile Duration lastDuration = Duration.ZERO;
    private volatile boolean failing;
    private volatile Future<?> future;

    /** The work of one run. */
    public interface Work {
        /** @throws Exception if the run failed; it is logged, and the next run follows after the pause */
        void run() throws Exception;
    }

    Duty(String name, Work work) {
        this.name = name;
        this.work = work;
    }

    void schedule(ScheduledExecutorService scheduler, Duration first, Duration pause) {
        future = scheduler.scheduleWithFixedDelay(this::run, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    void cancel() {
        future.cancel(true);
    }

    /** In lower case, with hyphens. */
    public String name() {
        return name;
    }

    /** When the last successful run ended; the epoch if there was none. */
    public Instant lastSuccess() {
        return lastSuccess;
    }

    /** How many runs have failed since the start. */
    public long failures() {
        return failures;
    }

    /** How long the last run took. */
    public Duration lastDuration() {
        return lastDuration;
    }

    /** Catches everything, because the scheduler never again runs work that throws. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only one run at a time
    void run() {
        long begin = System.nanoTime();
        try {
            work.run();
            lastSuccess = Instant.now();
            if (failing) {
                LOG.infof("%s works again", name);
            }
            failing = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the application stops
        } catch (Throwable e) {
            failures++;
            LOG.logf(failing ? Logger.Level.DEBUG : Logger.Level.ERROR, e, "%s failed and will be retried", name);
            failing = true;
        } finally {
            lastDuration = Duration.ofNanos(System.nanoTime() - begin);
        }
    }
}
