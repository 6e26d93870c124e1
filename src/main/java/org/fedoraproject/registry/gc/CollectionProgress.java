package org.fedoraproject.registry.gc;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a collection is.
 *
 * @param done the part that is done, from 0 to 1; estimated by the last complete collection
 * @param left an estimate of the time that is left; empty if there is none yet
 */
public record CollectionProgress(Phase phase, CollectionFigures figures, double done, Optional<Duration> left) {
    /** What a collection is doing. */
    public enum Phase {
        /** It finds out what manifests need, repository by repository, and moves needless links to the trash. */
        MARK,
        /** It moves needless blobs to the trash. */
        SWEEP,
        /** It deletes from the trash what was needless before, and moves back what is needed. */
        PURGE
    }
}
