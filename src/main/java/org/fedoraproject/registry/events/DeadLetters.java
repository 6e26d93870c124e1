package org.fedoraproject.registry.events;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.store.EventFiles;

/** The dead letters of all endpoints, as they take up room. For one thread. */
final class DeadLetters {
    /** Counting reads all their names. */
    private static final long COUNT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final EventFiles files;
    private List<String> endpoints = List.of();
    /** For each endpoint, those of its lanes one after the other. */
    private long[] counts = {};

    private long countedAt;
    private boolean counted;

    DeadLetters(EventFiles files) {
        this.files = files;
    }

    /** How many there are, or were a minute ago. */
    long count(long now) {
        if (!counted || now - countedAt > COUNT_NANOS) {
            counted = true;
            countedAt = now;
            endpoints = files.endpoints();
            List<long[]> each = new ArrayList<>();
            endpoints.forEach(endpoint -> each.add(files.countDeadOfLanes(endpoint)));
            counts = each.stream().flatMapToLong(Arrays::stream).toArray();
        }
        return Arrays.stream(counts).sum();
    }

    /** Deletes the oldest of the lanes that have most, or all if there are fewer. Returns how many. */
    long drop(long number) {
        long[] shares =
                Keeper.shares(counts, Math.min(number, Arrays.stream(counts).sum()));
        long gone = 0;
        for (int i = 0; i < shares.length; i++) {
            if (shares[i] > 0) {
                long some = drop(endpoints.get(i / lanes()), i % lanes(), (int) shares[i]);
                counts[i] = some < shares[i] ? 0 : counts[i] - some; // others may have deleted the rest
                gone += some;
            }
        }
        return gone;
    }

    private int lanes() {
        return files.events().lanes();
    }

    private int drop(String endpoint, int lane, int number) {
        List<String> ids = files.listDead(endpoint, lane, number);
        ids.forEach(id -> files.deleteDead(endpoint, id));
        return ids.size();
    }
}
