package org.fedoraproject.registry.duty;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** All work in the background; it ends with the application. */
@Singleton
public class Duties {
    private final List<Duty> duties = new ArrayList<>();
    private final List<Consumer<Duty>> listeners = new ArrayList<>();
    private final List<ScheduledExecutorService> threads = new ArrayList<>();

    @Resource
    private ManagedScheduledExecutorService scheduler;

    /**
     * Begins to do something again and again, in one of the server's few threads for such work.
     *
     * @param name in lower case, with hyphens, for log and metrics
     * @param first how long to wait before the first time
     * @param pause how long to wait after each time
     */
    public void start(String name, Duration first, Duration pause, Duty.Work work) {
        start(scheduler, name, first, pause, work);
    }

    /** The same in a thread of its own, for what must go on where other work hangs. */
    public void startInOwnThread(String name, Duration first, Duration pause, Duty.Work work) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        synchronized (this) {
            threads.add(thread);
        }
        start(thread, name, first, pause, work);
    }

    private void start(ScheduledExecutorService executor, String name, Duration first, Duration pause, Duty.Work work) {
        Duty duty = new Duty(name, work);
        List<Consumer<Duty>> told;
        synchronized (this) {
            duties.add(duty);
            told = List.copyOf(listeners);
        }
        told.forEach(listener -> listener.accept(duty));
        duty.schedule(executor, first, pause);
    }

    /** Tells of each duty, of those that have begun and of those that will. */
    public void each(Consumer<Duty> listener) {
        List<Duty> begun;
        synchronized (this) {
            listeners.add(listener);
            begun = List.copyOf(duties);
        }
        begun.forEach(listener);
    }

    @PreDestroy
    synchronized void stop() {
        duties.forEach(Duty::cancel);
        threads.forEach(ScheduledExecutorService::shutdownNow);
    }
}
