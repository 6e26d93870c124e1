package org.fedoraproject.registry.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/** An empty part of a stream at which its reader waits until it is opened. */
final class Gate extends InputStream {
    private final CountDownLatch opened = new CountDownLatch(1);

    void open() {
        opened.countDown();
    }

    @Override
    public int read() throws IOException {
        try {
            opened.await();
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return read();
    }

    /** Opens it too, so that nobody waits for a test that has failed. */
    @Override
    public void close() {
        open();
    }
}
