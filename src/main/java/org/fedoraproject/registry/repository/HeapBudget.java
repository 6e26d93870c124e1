package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Limits the heap that all requests together use for manifests that are pushed, for manifests that are read for lists,
 * and for responses that are being sent. Each of the three has a quarter of the heap, so slow pushes do not block
 * lists.
 */
@Singleton
public class HeapBudget {
    /** Sizes up to this, in bytes, need no reservation: all threads of a server together hold little of them. */
    private static final int SMALL = 64 * 1024;

    /** A manifest needs this many times its length: its bytes, the parser's state, and what is kept. */
    private static final int FACTOR = 4;

    /** A growing response reserves this many KiB at a time. */
    private static final int STEP = 64;

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int KIB = 1024;

    private final Semaphore pushes;
    private final Semaphore lists;
    private final Semaphore responses;
    private final Duration wait;

    /** What one request has reserved, until it is closed. */
    public interface Reservation extends AutoCloseable {
        @Override
        void close();
    }

    @Inject
    public HeapBudget() {
        this(Runtime.getRuntime().maxMemory() / 4, WAIT);
    }

    /**
     * @param bytes for pushes, and as many for lists and for responses; at least enough for one manifest of the largest
     *     size
     */
    HeapBudget(long bytes, Duration wait) {
        int permits = Math.max(cost(Manifest.MAX_SIZE), (int) Math.min(bytes / KIB, Integer.MAX_VALUE));
        this.pushes = new Semaphore(permits, true);
        this.lists = new Semaphore(permits, true);
        this.responses = new Semaphore(permits, true);
        this.wait = wait;
    }

    /**
     * Reserves heap for a manifest that is pushed.
     *
     * @param length in bytes, or an upper bound
     * @throws RegistryException {@code UNAVAILABLE} if there is no room for some time
     */
    public Reservation reserveForPush(long length) {
        return length <= SMALL ? () -> {} : reserve(pushes, cost((int) Math.min(length, Manifest.MAX_SIZE)));
    }

    /**
     * Reserves heap for a page of referrers while it is built.
     *
     * @throws RegistryException {@code UNAVAILABLE} if there is no room for some time
     */
    public Reservation reserveForList() {
        return reserve(lists, cost(Manifest.MAX_SIZE));
    }

    /** Reserves heap for a response until the client, which may be slow, has received all of it. */
    public ResponseReservation reserveForResponse() {
        return new ResponseReservation();
    }

    /** What one response has reserved, until it is closed. For one thread. */
    public final class ResponseReservation implements AutoCloseable {
        private long bytes;
        private int permits;

        private ResponseReservation() {}

        /**
         * Reserves more bytes. Does not wait, because the response so far is on the heap already.
         *
         * @throws RegistryException {@code UNAVAILABLE} if there is no room
         */
        public void add(long more) {
            bytes += more;
            long needed = bytes <= SMALL ? 0 : (bytes - SMALL + KIB - 1) / KIB;
            if (needed > permits) {
                int step = (int) Math.max(STEP, needed - permits);
                if (!responses.tryAcquire(step)) {
                    throw RegistryException.unavailable(wait, null);
                }
                permits += step;
            }
        }

        @Override
        public void close() {
            responses.release(permits);
            permits = 0;
        }
    }

    private static int cost(int length) {
        return length / KIB * FACTOR;
    }

    private Reservation reserve(Semaphore semaphore, int permits) {
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
