package org.fedoraproject.registry.gc;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Collects garbage while clients push and pull, on any instance. */
@Singleton
public class Collector {
    /**
     * Runs one collection, in the caller's thread, for as long as it takes. Continues the last one if that did not end.
     * One at a time in the cluster; a second one is refused.
     *
     * @param progress called every now and then
     * @param stop asked every now and then; if true, the collection ends soon, and the next one continues it
     * @return how it went; never throws for a failure of the storage
     */
    public CollectionReport run(
            CollectionRequest request, Consumer<CollectionProgress> progress, BooleanSupplier stop) {
        Instant now = Instant.now();
        return new CollectionReport(
                "",
                now,
                now,
                request.dryRun(),
                CollectionStatus.REFUSED,
                "not implemented",
                new CollectionFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    /** How the last collection on this share went, on any instance; empty if there was none. */
    public Optional<CollectionReport> last() {
        return Optional.empty();
    }
}
