package org.fedoraproject.registry.retention;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.store.RetentionStore;

/** The reports on the share. Their names begin with the time of the run, so that the last name is the newest. */
final class Reports {
    private static final int KEPT = 50;
    private static final String REPORT = ".json";
    private static final String LOG = ".log";

    private Reports() {}

    /** The newest one that can be read. */
    static Optional<RetentionReport> last(RetentionStore store) {
        return store.list().stream()
                .filter(name -> name.endsWith(REPORT))
                .sorted(Comparator.reverseOrder())
                .flatMap(name -> store.read(name).flatMap(RetentionReport::parse).stream())
                .findFirst();
    }

    static void deleteOld(RetentionStore store) {
        List<String> ids = store.list().stream()
                .filter(name -> name.endsWith(LOG))
                .map(name -> name.substring(0, name.length() - LOG.length()))
                .sorted(Comparator.reverseOrder())
                .toList();
        ids.stream().skip(KEPT).forEach(id -> {
            store.delete(id + REPORT);
            store.delete(id + LOG);
        });
    }
}
