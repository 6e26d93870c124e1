package org.fedoraproject.registry.quota;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an instance has changed, by epoch and account, as it is kept on the share. For one thread at a time. */
final class Changes {
    private final TreeMap<Long, Map<Long, Long>> sums = new TreeMap<>();

    /** Lines that cannot be read are left out, until the next count. */
    static Changes parse(String text) {
        Changes changes = new Changes();
        text.lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            try {
                changes.add(
                        Long.parseLong(words[0]), HexFormat.fromHexDigitsToLong(words[1]), Long.parseLong(words[2]));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                // of another version
            }
        });
        return changes;
    }

    void add(long epoch, long key, long amount) {
        sums.computeIfAbsent(epoch, number -> new HashMap<>()).merge(key, amount, Long::sum);
    }

    /** The change of an account. */
    long get(long key) {
        long sum = 0;
        for (Map<Long, Long> epoch : sums.values()) {
            sum += epoch.getOrDefault(key, 0L);
        }
        return sum;
    }

    /** Forgets what a count has counted; returns whether there was something. */
    boolean forgetBefore(long epoch) {
        Map<Long, Map<Long, Long>> old = sums.headMap(epoch);
        boolean some = !old.isEmpty();
        old.clear();
        return some;
    }

    /** Makes those of the epochs between two a part of the first one's: they belonged to counts that were given up. */
    void merge(long first, long last) {
        if (first < last) {
            Map<Long, Map<Long, Long>> between = sums.subMap(first, false, last, false);
            List<Map<Long, Long>> given = List.copyOf(between.values());
            between.clear();
            given.forEach(epoch -> epoch.forEach((key, sum) -> add(first, key, sum)));
        }
    }

    /** Adds those of a count's epoch and later ones. */
    void addTo(Map<Long, Long> total, long since) {
        sums.tailMap(since).values().forEach(epoch -> epoch.forEach((key, sum) -> total.merge(key, sum, Long::sum)));
    }

    boolean isEmpty() {
        return sums.isEmpty();
    }

    boolean isBefore(long epoch) {
        return sums.isEmpty() || sums.lastKey() < epoch;
    }

    /** How many sums there are. */
    int size() {
        return sums.values().stream().mapToInt(Map::size).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        sums.forEach((epoch, of) -> of.forEach((key, sum) -> text.append(epoch)
                .append(' ')
                .append(HexFormat.of().toHexDigits(key))
                .append(' ')
                .append(sum)
                .append('\n')));
        return text.toString();
    }
}
