package org.fedoraproject.registry.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Writes a request's body into a file: receives, hashes and writes at the same time, through a ring of a few buffers.
 * The request's thread receives; two virtual threads hash and write. A body that fits into one buffer does not use
 * them. Only as many buffers are allocated as are in use at once: two if the client is slower than hashing and writing.
 */
final class UploadPipeline {
    static final int SLOT_SIZE = 64 * 1024;
    static final int SLOTS = 8;

    private final InputStream body;
    private final NfsFile file;
    private final long offset;
    private final ContentDigester digester;
    private final Runnable onProgress;

    private final byte[][] slots = new byte[SLOTS][];
    private final int[] counts = new int[SLOTS];
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long filled;
    private long hashed;
    private long written;
    private boolean ended;
    private Throwable failure;
    private long received;
    private IOException cut;

    /**
     * @param digester has seen the file's bytes before {@code offset}, or else the caller ignores it afterwards
     * @param onProgress called whenever bytes have arrived; an exception ends the transfer
     */
    UploadPipeline(InputStream body, NfsFile file, long offset, ContentDigester digester, Runnable onProgress) {
        this.body = body;
        this.file = file;
        this.offset = offset;
        this.digester = digester;
        this.onProgress = onProgress;
    }

    /**
     * Receives the whole body. If the client fails, the bytes before that are in the file and the digest.
     *
     * @return bytes received
     * @throws RegistryException if the body ends before its announced length
     * @throws IOException of the storage; the file's bytes from {@code offset} on are undefined then
     */
    long run() throws IOException {
        int count = fill(0);
        if (count < SLOT_SIZE) {
            digester.update(slots[0], count);
            file.write(ByteBuffer.wrap(slots[0], 0, count), offset);
            throwIfCut();
            return count;
        }
        Thread hasher = Thread.ofVirtual().start(() -> stage(this::hash));
        Thread writer = Thread.ofVirtual().start(new FutureTask<>(file.carry(() -> {
            stage(this::write);
            return true;
        })));
        try {
            while (publish(count) && count == SLOT_SIZE) {
                count = fill((int) (filled % SLOTS));
            }
        } finally {
            change(() -> ended = true);
            join(hasher);
            join(writer);
        }
        throwFailure();
        throwIfCut();
        return received;
    }

    /** Reads until the slot is full or the body ends or is cut; returns the number of bytes read. */
    private int fill(int slot) {
        if (slots[slot] == null) {
            slots[slot] = buffer();
        }
        int count = 0;
        try {
            while (count < SLOT_SIZE) {
                int read = body.read(slots[slot], count, SLOT_SIZE - count);
                if (read < 0) {
                    break;
                }
                count += read;
                onProgress.run();
            }
        } catch (IOException e) {
            cut = e;
        }
        received += count;
        counts[slot] = count;
        return count;
    }

    /** The buffer of a slot that both stages have finished, if there is one, else a new one. */
    private byte[] buffer() {
        lock.lock();
        try {
            for (long n = Math.min(hashed, written) - 1; n >= 0 && n > filled - SLOTS; n--) {
                int slot = (int) (n % SLOTS);
                if (slots[slot] != null) {
                    byte[] free = slots[slot];
                    slots[slot] = null;
                    return free;
                }
            }
        } finally {
            lock.unlock();
        }
        return new byte[SLOT_SIZE];
    }

    /** Passes the filled slot to both stages and waits until the next one is free; returns false if a stage failed. */
    private boolean publish(int count) {
        lock.lock();
        try {
            if (count > 0) {
                filled++;
                changed.signalAll();
            }
            while (failure == null && filled - Math.min(hashed, written) >= SLOTS) {
                changed.awaitUninterruptibly();
            }
            return failure == null;
        } finally {
            lock.unlock();
        }
    }

    private interface Stage {
        /** Processes the n-th slot. */
        void take(long n) throws IOException;
    }

    private void stage(Stage stage) {
        try {
            for (long n = 0; awaitFilled(n); n++) {
                stage.take(n);
            }
        } catch (Throwable e) {
            change(() -> failure = e);
        }
    }

    private void hash(long n) {
        int slot = (int) (n % SLOTS);
        digester.update(slots[slot], counts[slot]);
        change(() -> hashed = n + 1);
    }

    private void write(long n) throws IOException {
        int slot = (int) (n % SLOTS);
        file.write(ByteBuffer.wrap(slots[slot], 0, counts[slot]), offset + n * SLOT_SIZE);
        change(() -> written = n + 1);
    }

    /** Returns false if there will be no n-th slot, or another stage failed. */
    private boolean awaitFilled(long n) {
        lock.lock();
        try {
            while (failure == null && !ended && filled <= n) {
                changed.awaitUninterruptibly();
            }
            return failure == null && filled > n;
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void throwFailure() throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    private void throwIfCut() {
        if (cut != null) {
            throw RegistryException.bodyCut(cut);
        }
    }
}
