package org.fedoraproject.registry.clients;

import java.io.InputStream;
import java.util.Random;

/** Bytes for blobs of any size, which nobody has to keep: each part of them can be made again. */
final class GeneratedBytes extends InputStream {
    /** A prime, so that no buffer that is lost, repeated or swapped leaves the content the same. */
    private static final int PERIOD = 1_000_003;

    private static final byte[] BYTES = new byte[PERIOD];

    static {
        new Random(1).nextBytes(BYTES);
    }

    private final long end;
    private long position;

    /** The bytes from {@code begin} to just before {@code end}. */
    GeneratedBytes(long begin, long end) {
        this.position = begin;
        this.end = end;
    }

    @Override
    public int read() {
        return position == end ? -1 : BYTES[(int) (position++ % PERIOD)] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        if (position == end) {
            return -1;
        }
        int from = (int) (position % PERIOD);
        int count = (int) Math.min(Math.min(length, PERIOD - from), end - position);
        System.arraycopy(BYTES, from, buffer, offset, count);
        position += count;
        return count;
    }
}
