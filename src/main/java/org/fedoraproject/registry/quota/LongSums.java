package org.fedoraproject.registry.quota;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sums by 64-bit keys that are hashes, in 23 to 46 bytes each; absent ones are 0. For one thread while it changes. */
final class LongSums {
    private static final int FIRST = 64;

    private long[] keys = new long[FIRST];
    private long[] sums = new long[FIRST];
    private boolean[] taken = new boolean[FIRST];
    private int size;

    /** A key and its sum. */
    record Entry(long key, long sum) {}

    /** How many keys there are. */
    int size() {
        return size;
    }

    boolean contains(long key) {
        return taken[find(key)];
    }

    long get(long key) {
        int at = find(key);
        return taken[at] ? sums[at] : 0;
    }

    /** Returns whether the key is new. */
    boolean add(long key, long amount) {
        int at = find(key);
        boolean isNew = !taken[at];
        if (isNew) {
            taken[at] = true;
            keys[at] = key;
            size++;
        }
        sums[at] += amount;
        if (4L * size > 3L * keys.length) {
            grow();
        }
        return isNew;
    }

    Stream<Entry> entries() {
        return IntStream.range(0, keys.length).filter(i -> taken[i]).mapToObj(i -> new Entry(keys[i], sums[i]));
    }

    private int find(long key) {
        int at = (int) (key ^ key >>> 32) & keys.length - 1;
        while (taken[at] && keys[at] != key) {
            at = at + 1 & keys.length - 1;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldSums = sums;
        boolean[] oldTaken = taken;
        keys = new long[2 * oldKeys.length];
        sums = new long[keys.length];
        taken = new boolean[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldTaken[i]) {
                int at = find(oldKeys[i]);
                taken[at] = true;
                keys[at] = oldKeys[i];
                sums[at] = oldSums[i];
            }
        }
    }
}
