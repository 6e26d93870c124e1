package org.fedoraproject.registry.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * Moves a request's body into a file: receives, hashes and writes at the same time, through a ring of a few buffers. The
 * request's thread receives; two virtual threads hash and write, for which a body that fits one buffer does not wait. No more buffers
 * are made than are in use at once, which is two where the client is slower than they are.
 */
final class Reception {
    static final int SLOT_SIZE = 64 * 1024;
    static final int SLOTS = 8;

    private final InputStream body;
    private final NfsFile file;
    private final long offset;
    private final ContentDigester digester;
    private final Runnable alive;

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
     * @param digester has seen the file's bytes before {@code offset}, or is ignored by the caller afterwards
     * @param alive is called whenever bytes have come; what it throws ends the reception
     */
    Reception(InputStream body, NfsFile file, long offset, ContentDigester digester, Runnable alive) {
        this.body = body;
        this.file = file;
        this.offset = offset;
        this.digester = digester;
        this.alive = alive;
    }

    /**
     * Receives to the end of the body. What came before a failure of the client is in the file and the digest.
     *
     * @return bytes received
     * @throws RegistryException where the body ends before its announced length
     * @throws IOException of the storage; then the file's bytes from {@code offset} on are undefined
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
        Thread writer = Thread.ofVirtual().start(() -> stage(this::write));
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

    /** Reads until the slot is full or the body ends or is cut; returns the bytes read. */
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
                alive.run();
            }
        } catch (IOException e) {
            cut = e;
        }
        received += count;
        counts[slot] = count;
        return count;
    }

    /** One of a slot that both stages are done with, where there is any. */
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

    /** Hands the filled slot to both stages and waits for the next one to be free; false where a stage failed. */
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
        /** Works on the n-th slot. */
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

    /** False where there is no n-th slot to come, or another stage failed. */
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
