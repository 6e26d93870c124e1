package org.fedoraproject.registry.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that do the same again and again, each in a thread of its own, until they are told to stop. */
public final class Load implements AutoCloseable {
    private static final int TOLD = 10;

    /** What a client does; it fails with any exception. */
    public interface Round {
        void run(int number) throws Exception;
    }

    private final List<Thread> clients = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong rounds = new AtomicLong();
    private volatile boolean stopped;

    public void start(Round round) {
        clients.add(Thread.ofPlatform().start(() -> {
            for (int number = 0; !stopped; number++) {
                try {
                    round.run(number);
                    rounds.incrementAndGet();
                } catch (Exception | AssertionError e) {
                    failures.add(e);
                }
            }
        }));
    }

    public boolean isStopped() {
        return stopped;
    }

    /** Lets each end what it has begun; returns how many rounds they made, none of which failed. */
    public long stop() throws InterruptedException {
        close();
        if (!failures.isEmpty()) {
            AssertionError error = new AssertionError(failures.size() + " failed, " + rounds + " did not");
            failures.stream().limit(TOLD).forEach(error::addSuppressed);
            throw error;
        }
        return rounds.get();
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread client : clients) {
            client.join();
        }
    }
}
