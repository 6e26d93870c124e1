package org.fedoraproject.registry.gc;

import java.time.Instant;

/**
 * How a collection went. Kept on the share, beside a list of everything that it moved and deleted.
 *
 * @param id of the collection; empty if it was refused
 * @param begin by the file server's clock; what is younger than this, less the grace time, was not touched
 * @param reason for a status other than {@code COMPLETED}, for people; empty if there is none
 */
public record CollectionReport(
        String id,
        Instant begin,
        Instant end,
        boolean dryRun,
        CollectionStatus status,
        String reason,
        CollectionFigures figures) {}
