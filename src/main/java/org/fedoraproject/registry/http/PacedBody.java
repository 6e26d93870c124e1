package org.fedoraproject.registry.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The body of a {@link PacedRequest}: time counts while a read waits, and not while what was read is being worked on. */
final class PacedBody extends ServletInputStream {
    private final ServletInputStream body;
    private final int rate;
    private final long patience;
    private final Runnable tooSlow;
    private long received;
    private long waited;

    PacedBody(ServletInputStream body, int rate, Duration patience, Runnable tooSlow) {
        this.body = body;
        this.rate = rate;
        this.patience = patience.toNanos();
        this.tooSlow = tooSlow;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        long began = System.nanoTime();
        int count = body.read(buffer, offset, length);
        waited += System.nanoTime() - began;
        if (count < 0) {
            return count;
        }
        received += count;
        if (waited - patience > TimeUnit.SECONDS.toNanos(received / rate)) {
            tooSlow.run();
            throw new IOException("the body came at less than " + rate + " bytes a second");
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return body.available();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }

    @Override
    public boolean isFinished() {
        return body.isFinished();
    }

    @Override
    public boolean isReady() {
        return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        body.setReadListener(listener);
    }
}
