package org.fedoraproject.registry.nfs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The pool at one moment.
 *
 * @param maxConnections the size of the pool
 * @param inUse connections that a thread holds
 * @param waiting threads that wait for one
 * @param timedOut requests for a connection that were refused since the start
 * @param validated when the mount last answered
 * @param skew how far the server's clock is ahead of this host's
 * @param unwritable why writes fail, though reads may go on; empty where they do not
 * @param fault why the mount is held to be unusable; empty where it is usable
 */
public record NfsStatistics(
        int maxConnections,
        int inUse,
        int waiting,
        long timedOut,
        Instant validated,
        Duration skew,
        Optional<String> unwritable,
        Optional<String> fault) {}
