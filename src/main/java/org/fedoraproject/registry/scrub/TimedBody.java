package org.fedoraproject.registry.scrub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The body of a response, read by one thread, which waits for no MiB of it longer than it may. {@code HttpClient} ends
 * its own timeout with the headers.
 */
final class TimedBody extends InputStream implements Flow.Subscriber<List<ByteBuffer>> {
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final int MARK = 1024 * 1024;

    /**
     * What the client delivers.
     *
     * @param bytes none at the end
     */
    private record Part(List<ByteBuffer> bytes, Optional<Throwable> failure) {}

    private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
    private final Deque<ByteBuffer> received = new ArrayDeque<>();
    private final long maxWait;
    private final BooleanSupplier goOn;
    private Flow.Subscription subscription;
    private boolean closed;
    private boolean ended;
    private long waited;
    private long sinceMark;

    /** @param goOn as for {@link RepairSource#open} */
    TimedBody(Duration maxWait, BooleanSupplier goOn) {
        this.maxWait = maxWait.toNanos();
        this.goOn = goOn;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        parts.add(new Part(bytes, Optional.empty()));
    }

    @Override
    public void onError(Throwable failure) {
        parts.add(new Part(List.of(), Optional.of(failure)));
    }

    @Override
    public void onComplete() {
        parts.add(new Part(List.of(), Optional.empty()));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (received.isEmpty()) {
            if (ended) {
                return -1;
            }
            receive();
        }
        ByteBuffer first = received.peek();
        int count = Math.min(length, first.remaining());
        first.get(target, offset, count);
        if (!first.hasRemaining()) {
            received.pop();
        }
        return count;
    }

    private void receive() throws IOException {
        Part part = await();
        if (part.failure().isPresent()) {
            throw new IOException("the answer broke off (" + part.failure().get() + ")");
        }
        ended = part.bytes().isEmpty();
        for (ByteBuffer each : part.bytes()) {
            if (each.hasRemaining()) {
                received.add(each);
                sinceMark += each.remaining();
            }
        }
        if (sinceMark >= MARK) {
            sinceMark = 0;
            waited = 0;
        }
        if (!ended) {
            requestNext();
        }
    }

    private synchronized void requestNext() {
        subscription.request(1);
    }

    private Part await() throws IOException {
        while (waited <= maxWait) {
            long begin = System.nanoTime();
            try {
                Part part = parts.poll(SLICE.toMillis(), TimeUnit.MILLISECONDS);
                if (part != null) {
                    return part;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RepositoryScrub.StoppedException();
            } finally {
                waited += System.nanoTime() - begin;
            }
            if (!goOn.getAsBoolean()) {
                throw new RepositoryScrub.StoppedException();
            }
        }
        throw new HttpTimeoutException(
                "the answer does not go on within " + Duration.ofNanos(maxWait).toMillis() + " ms");
    }

    /** Ends the exchange, if it has not ended. */
    @Override
    public synchronized void close() {
        closed = true;
        if (!ended && subscription != null) { // else it is ended once it begins
            subscription.cancel();
        }
    }
}
