package org.fedoraproject.registry.gc;

import org.fedoraproject.registry.oci.Digest;

/**
 * A set of very many digests: 32 MiB for 1,000,000. Keeps 128 bits of each. If two digests should ever share these, a
 * collection keeps a blob that nothing needs; it never takes one that is needed.
 */
final class DigestSet {
    private static final int SHARDS = 256;
    private static final int FIRST_SLOTS = 8;
    private static final int HALF = 16;
    private static final int HEX = 16;
    /** Keeps the first digits of a sha512 apart from those of a sha256. */
    private static final long SHA512 = 0x9E37_79B9_7F4A_7C15L;

    /** Two numbers for each slot; both 0 for a free one. Each shard grows by itself, so that no large array is copied. */
    private final long[][] shards = new long[SHARDS][];

    private final int[] sizes = new int[SHARDS];

    /** The first half of what is kept of a digest. */
    static long high(Digest digest) {
        long bits = Long.parseUnsignedLong(digest.hex(), 0, HALF, HEX);
        return digest.algorithm() == Digest.Algorithm.SHA512 ? bits ^ SHA512 : bits;
    }

    /** The second half. */
    static long low(Digest digest) {
        return Long.parseUnsignedLong(digest.hex(), HALF, 2 * HALF, HEX);
    }

    /** Returns whether it is new. */
    boolean add(Digest digest) {
        return add(high(digest), low(digest));
    }

    boolean add(long high, long lowBits) {
        long low = high == 0 && lowBits == 0 ? 1 : lowBits;
        int shard = shard(high);
        long[] slots = shards[shard];
        if (slots == null) {
            slots = new long[2 * FIRST_SLOTS];
            shards[shard] = slots;
        } else if (sizes[shard] >= slots.length / 8 * 3) { // three quarters of the slots
            slots = grown(slots);
            shards[shard] = slots;
        }
        if (!put(slots, high, low)) {
            return false;
        }
        sizes[shard]++;
        return true;
    }

    boolean contains(Digest digest) {
        long high = high(digest);
        long lowBits = low(digest);
        long low = high == 0 && lowBits == 0 ? 1 : lowBits;
        long[] slots = shards[shard(high)];
        if (slots == null) {
            return false;
        }
        int at = slot(slots, high, low);
        return slots[at] == high && slots[at + 1] == low;
    }

    long size() {
        long size = 0;
        for (int each : sizes) {
            size += each;
        }
        return size;
    }

    private static int shard(long high) {
        return (int) (high >>> 56);
    }

    private static long[] grown(long[] slots) {
        long[] larger = new long[2 * slots.length];
        for (int at = 0; at < slots.length; at += 2) {
            if (slots[at] != 0 || slots[at + 1] != 0) {
                put(larger, slots[at], slots[at + 1]);
            }
        }
        return larger;
    }

    private static boolean put(long[] slots, long high, long low) {
        int at = slot(slots, high, low);
        if (slots[at] == high && slots[at + 1] == low) {
            return false;
        }
        slots[at] = high;
        slots[at + 1] = low;
        return true;
    }

    /** Where the digest is, or else the free slot for it. */
    private static int slot(long[] slots, long high, long low) {
        int mask = slots.length / 2 - 1;
        int slot = (int) low & mask;
        while (true) {
            int at = 2 * slot;
            boolean free = slots[at] == 0 && slots[at + 1] == 0;
            if (free || slots[at] == high && slots[at + 1] == low) {
                return at;
            }
            slot = slot + 1 & mask;
        }
    }
}
