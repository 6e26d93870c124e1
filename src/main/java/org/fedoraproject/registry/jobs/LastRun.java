package org.fedoraproject.registry.jobs;

import java.time.Instant;

/**
 * How the last run of a job on this share went, on any instance.
 *
 * @param job its name
 * @param status in one word
 * @param freedBytes that it deleted
 * @param problems that it found, and that are left
 * @param repaired blobs and manifests that it took from another registry or tree
 */
public record LastRun(
        String job,
        Instant begin,
        Instant end,
        boolean dryRun,
        String status,
        long freedBytes,
        long problems,
        long repaired) {}
