package org.fedoraproject.registry.limit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Measures how far a client is behind the rate at which its bytes must move. Time counts only while a thread waits for
 * the client. Bytes that move faster than required earn no credit.
 */
final class Pace {
    private final int rate;
    private final long patience;
    private long behind;

    /**
     * @param rate in bytes a second; 0 for any
     * @param patience how far behind the rate a client may be
     */
    Pace(int rate, Duration patience) {
        this.rate = rate;
        this.patience = patience.toNanos();
    }

    void moved(long bytes) {
        if (rate > 0 && bytes > 0) {
            behind = Math.max(0, behind - TimeUnit.SECONDS.toNanos(bytes) / rate);
        }
    }

    void waited(long nanos) {
        behind += nanos;
    }

    boolean isTooSlow() {
        return left() < 0;
    }

    /** The nanoseconds for which a thread may still wait before anything moves. */
    long left() {
        return rate > 0 ? patience - behind : Long.MAX_VALUE;
    }
}
