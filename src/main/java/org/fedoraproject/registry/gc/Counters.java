package org.fedoraproject.registry.gc;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a collection counts. */
final class Counters {
    /** The members of {@link CollectionFigures}. */
    enum Count {
        REPOSITORIES,
        MANIFESTS,
        BROKEN,
        UNREADABLE,
        FAILED,
        LIVE_BLOBS,
        BLOBS,
        TRASHED_BLOBS,
        TRASHED_BYTES,
        TRASHED_LINKS,
        RESTORED,
        PURGED_BLOBS,
        PURGED_BYTES,
        PURGED_LINKS,
        UNTAGGED;

        private String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What is counted by looking, and so again where a later run looks again. */
    private static final Set<Count> LOOKS =
            EnumSet.of(Count.REPOSITORIES, Count.MANIFESTS, Count.BROKEN, Count.UNREADABLE, Count.FAILED, Count.BLOBS);

    private final Map<Count, Long> values = new EnumMap<>(Count.class);

    static Counters of(JsonObject json) {
        Counters counters = new Counters();
        for (Count each : Count.values()) {
            if (json.containsKey(each.key())) {
                counters.set(each, json.getJsonNumber(each.key()).longValue());
            }
        }
        return counters;
    }

    Counters copy() {
        Counters copy = new Counters();
        copy.values.putAll(values);
        return copy;
    }

    /** The same, but with what another one has counted by looking. */
    Counters withLooksOf(Counters other) {
        Counters mixed = copy();
        LOOKS.forEach(each -> mixed.set(each, other.get(each)));
        return mixed;
    }

    void add(Count which, long more) {
        values.merge(which, more, Long::sum);
    }

    void set(Count which, long value) {
        values.put(which, value);
    }

    long get(Count which) {
        return values.getOrDefault(which, 0L);
    }

    JsonObjectBuilder json() {
        JsonObjectBuilder json = Json.createObjectBuilder();
        for (Count each : Count.values()) {
            json.add(each.key(), get(each));
        }
        return json;
    }

    CollectionFigures figures() {
        return new CollectionFigures(
                get(Count.REPOSITORIES),
                get(Count.MANIFESTS),
                get(Count.BROKEN),
                get(Count.UNREADABLE),
                get(Count.FAILED),
                get(Count.LIVE_BLOBS),
                get(Count.BLOBS),
                get(Count.TRASHED_BLOBS),
                get(Count.TRASHED_BYTES),
                get(Count.TRASHED_LINKS),
                get(Count.RESTORED),
                get(Count.PURGED_BLOBS),
                get(Count.PURGED_BYTES),
                get(Count.PURGED_LINKS),
                get(Count.UNTAGGED));
    }
}
