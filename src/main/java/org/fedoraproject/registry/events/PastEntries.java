package org.fedoraproject.registry.events;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fedoraproject.registry.store.EventFiles;
import org.jboss.logging.Logger;

/**
 * Finds out which entries of the queue no endpoint needs any more. A listing of an NFS directory may leave out names while
 * others change it. So the endpoints of our file count in any case, a name that was listed once counts from then on, and
 * an entry is past only if it was at two looks. For one thread.
 */
final class PastEntries {
    private static final Logger LOG = Logger.getLogger(PastEntries.class);

    private final EventFiles files;
    private final Events events;
    private final Set<String> names = new HashSet<>();
    private final Set<String> reported = new HashSet<>();
    private Optional<long[]> before = Optional.empty();

    PastEntries(EventFiles files, Events events) {
        this.files = files;
        this.events = events;
    }

    /** Forgets the looks until now. */
    void begin() {
        names.clear();
        before = Optional.empty();
    }

    /**
     * In each lane, the number up to which no endpoint needed anything at the look before this one, and now. Empty if that
     * is not known.
     */
    Optional<long[]> look() {
        Optional<long[]> now = floors();
        Optional<long[]> last = before;
        before = now;
        return now.flatMap(floors -> last.map(earlier -> lower(floors, earlier)));
    }

    private Optional<long[]> floors() {
        long[] floors = new long[files.events().lanes()];
        Arrays.setAll(floors, lane -> files.events().known(lane));
        List<String> configured = events.endpoints().names();
        names.addAll(configured);
        names.addAll(files.endpoints());
        for (String endpoint : new TreeSet<>(names)) {
            Optional<long[]> positions = files.positions(endpoint);
            if (positions.isPresent()) {
                floors = lower(floors, positions.get());
                reported.remove(endpoint);
            } else if (!configured.contains(endpoint) && files.isForgotten(endpoint)) {
                names.remove(endpoint);
            } else {
                report(endpoint);
                return Optional.empty();
            }
        }
        return Optional.of(floors);
    }

    private void report(String endpoint) {
        if (reported.add(endpoint)) {
            LOG.warnf("No events are deleted while the endpoint %s has no readable positions", endpoint);
        }
    }

    private static long[] lower(long[] one, long[] other) {
        long[] lower = new long[one.length];
        Arrays.setAll(lower, lane -> Math.min(one[lane], other[lane]));
        return lower;
    }
}
