package org.fedoraproject.registry.duty;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One thing that is done again and again, a pause after it was done last, whatever went wrong. */
public final class Duty {
    private static final Logger LOG = Logger.getLogger(Duty.class);

    private final String name;
    private final Work work;
    private volatile Instant succeeded = Instant.EPOCH;
    private volatile long failures;
    private volatile Duration took = Duration.ZERO;
    private volatile boolean failing;
    private volatile Future<?> future;

    /** What is done. */
    public interface Work {
        /** @throws Exception where it failed; it is logged, and the work is done again after the pause */
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

    /** When it last ended well; the epoch where it never has. */
    public Instant succeeded() {
        return succeeded;
    }

    /** How often it failed since the start. */
    public long failures() {
        return failures;
    }

    /** How long the last run took. */
    public Duration took() {
        return took;
    }

    /** Nothing that is thrown gets to the scheduler, which would never do the work again. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // there is one run at a time
    void run() {
        long begin = System.nanoTime();
        try {
            work.run();
            succeeded = Instant.now();
            if (failing) {
                LOG.infof("%s works again", name);
            }
            failing = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the application ends
        } catch (Throwable e) {
            failures++;
            LOG.logf(failing ? Logger.Level.DEBUG : Logger.Level.ERROR, e, "%s failed; it is tried again", name);
            failing = true;
        } finally {
            took = Duration.ofNanos(System.nanoTime() - begin);
        }
    }
}
