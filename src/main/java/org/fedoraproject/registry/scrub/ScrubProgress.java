package org.fedoraproject.registry.scrub;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How far a scrub is.
 *
 * @param done the part that is done, from 0 to 1; an estimate
 * @param left an estimate of the time that is left; empty if there is none yet
 */
public record ScrubProgress(Map<Count, Long> counts, double done, Optional<Duration> left) {}
