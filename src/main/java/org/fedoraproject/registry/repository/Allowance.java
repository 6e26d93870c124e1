package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * How much of the heap manifests may take that are being pushed, or read for lists, and answers that are being sent, all
 * requests together. Each has a quarter, so that slow pushes keep nobody from reading lists.
 */
@Singleton
public class Allowance {
    /** Held without asking: so many threads as a server has hold little of these. */
    private static final int SMALL = 64 * 1024;

    /** Times its length, for a manifest's bytes, what the parser holds of them, and what is kept. */
    private static final int FACTOR = 4;

    /** An answer that grows takes so many KiB at once. */
    private static final int STEP = 64;

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int KIB = 1024;

    private final Semaphore pushes;
    private final Semaphore lists;
    private final Semaphore answers;
    private final Duration wait;

    /** What one request holds, until it is closed. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    @Inject
    public Allowance() {
        this(Runtime.getRuntime().maxMemory() / 4, WAIT);
    }

    /** @param bytes for pushes, and the same for lists and for answers; at least one of the largest manifests may be held */
    Allowance(long bytes, Duration wait) {
        int permits = Math.max(cost(Manifest.MAX_SIZE), (int) Math.min(bytes / KIB, Integer.MAX_VALUE));
        this.pushes = new Semaphore(permits, true);
        this.lists = new Semaphore(permits, true);
        this.answers = new Semaphore(permits, true);
        this.wait = wait;
    }

    /**
     * For a manifest that is pushed.
     *
     * @param length in bytes, or more
     * @throws RegistryException {@code UNAVAILABLE} where there is no room for it for some time
     */
    public Held forAPush(long length) {
        return length <= SMALL ? () -> {} : hold(pushes, cost((int) Math.min(length, Manifest.MAX_SIZE)));
    }

    /**
     * For a page of referrers, while it is made up.
     *
     * @throws RegistryException {@code UNAVAILABLE} where there is no room for it for some time
     */
    public Held forAList() {
        return hold(lists, cost(Manifest.MAX_SIZE));
    }

    /** For what is kept until a client has taken all of it, which may be slow to do so. */
    public Answer forAnAnswer() {
        return new Answer();
    }

    /** What one answer holds, until it is closed. For one thread. */
    public final class Answer implements AutoCloseable {
        private long bytes;
        private int permits;

        private Answer() {}

        /**
         * Holds more bytes. Does not wait, for what there is of the answer is on the heap already.
         *
         * @throws RegistryException {@code UNAVAILABLE} where there is no room
         */
        public void add(long more) {
            bytes += more;
            long needed = bytes <= SMALL ? 0 : (bytes - SMALL + KIB - 1) / KIB;
            if (needed > permits) {
                int step = (int) Math.max(STEP, needed - permits);
                if (!answers.tryAcquire(step)) {
                    throw RegistryException.unavailable(wait, null);
                }
                permits += step;
            }
        }

        @Override
        public void close() {
            answers.release(permits);
            permits = 0;
        }
    }

    private static int cost(int length) {
        return length / KIB * FACTOR;
    }

    private Held hold(Semaphore semaphore, int permits) {
        try {
            if (!semaphore.tryAcquire(permits, wait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw RegistryException.unavailable(wait, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.unavailable(wait, e);
        }
        return () -> semaphore.release(permits);
    }
}
