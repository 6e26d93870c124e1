package org.fedoraproject.registry.events;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What other threads have for the one that delivers events. */
@Singleton
class Mailbox {
    private final BlockingQueue<Runnable> posts = new LinkedBlockingQueue<>();
    private final AtomicBoolean rung = new AtomicBoolean();

    @Inject
    Mailbox() {}

    /** Has that thread run something. */
    void post(Runnable work) {
        posts.add(work);
    }

    /** Wakes that thread, because there is an event. */
    void ring() {
        if (rung.compareAndSet(false, true)) {
            posts.add(() -> rung.set(false));
        }
    }

    /** Runs what was posted; if there is nothing, waits for it. */
    void run(long waitMillis) throws InterruptedException {
        Runnable work = posts.poll(waitMillis, TimeUnit.MILLISECONDS);
        while (work != null) {
            work.run();
            work = posts.poll();
        }
    }
}
