package org.fedoraproject.registry.clients;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;

/** A stream from which so many bytes come in a second, until there is need to hurry. */
final class SlowBytes extends FilterInputStream {
    private static final int PIECE = 64 * 1024;

    private final double nanosPerByte;
    private final long begin = System.nanoTime();
    private final BooleanSupplier hurry;
    private long count;

    SlowBytes(InputStream in, int bytesPerSecond, BooleanSupplier hurry) {
        super(in);
        this.hurry = hurry;
        this.nanosPerByte = 1e9 / bytesPerSecond;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        long early = begin + (long) (count * nanosPerByte) - System.nanoTime();
        try {
            Thread.sleep(hurry.getAsBoolean() ? 0 : Math.max(0, early / 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        int read = super.read(buffer, offset, Math.min(length, PIECE));
        count += Math.max(0, read);
        return read;
    }
}
