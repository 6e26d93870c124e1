package org.fedoraproject.registry.nfs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of the pool at one moment.
 *
 * @param maxConnections the size of the pool
 * @param inUse connections held by a thread
 * @param waiting threads that wait for a connection
 * @param refused requests for a connection that were refused since the start
 * @param validated when the mount last answered
 * @param skew how far the server's clock is ahead of this host's
 * @param space the share's size, and what is free for this host's user, when the mount last answered
 * @param unwritable why writes fail, though reads may work; empty if they do not fail
 * @param fault why the mount is unusable; empty if it is usable
 */
public record NfsStatistics(
        int maxConnections,
        int inUse,
        int waiting,
        long refused,
        Instant validated,
        Duration skew,
        Space space,
        Optional<String> unwritable,
        Optional<String> fault) {
    /** In bytes; both are 0 on a file system that does not tell them. */
    public record Space(long total, long free) {
        /** The free part, from 0 to 1; 1 if it is not told. */
        public double freeRatio() {
            return total <= 0 ? 1 : (double) free / total;
        }
    }
}
