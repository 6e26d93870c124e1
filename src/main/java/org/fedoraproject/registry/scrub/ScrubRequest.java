package org.fedoraproject.registry.scrub;

/**
 * What a scrub shall do.
 *
 * @param dryRun whether it only reports, and moves and adds nothing
 * @param bytesPerSecond the most that it reads
 */
public record ScrubRequest(boolean dryRun, long bytesPerSecond) {}
