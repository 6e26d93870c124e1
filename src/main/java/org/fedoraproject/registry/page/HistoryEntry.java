package org.fedoraproject.registry.page;

import java.time.Instant;
import java.util.Optional;

/**
 * A step in which an image was made.
 *
 * @param layer the number of the layer that it made, from 1 on; 0 if it made none
 */
public record HistoryEntry(Optional<Instant> created, String command, String author, String comment, int layer) {}
