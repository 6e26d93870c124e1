package org.fedoraproject.registry.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How far a client is behind the rate at which its bytes have to move. Time counts while somebody waits for it, and what moved
 * faster than it had to earns no time to come.
 */
final class Pace {
    private final int rate;
    private final long patience;
    private long behind;

    /**
     * @param rate in bytes a second; 0 for any
     * @param patience how far behind it a client may be
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

    /** For how many nanoseconds more it may be waited for before anything moves. */
    long left() {
        return rate > 0 ? patience - behind : Long.MAX_VALUE;
    }
}
