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

/** All periodic work in the background; it stops with the application. */
@Singleton
public class Duties {
    private final List<Duty> duties = new ArrayList<>();
    private final List<Consumer<Duty>> listeners = new ArrayList<>();
    private final List<ScheduledExecutorService> threads = new ArrayList<>();

    @Resource
    private ManagedScheduledExecutorService scheduler;

    /**
     * Starts periodic work in one of the server's few threads for such work.
     *
     * @param name in lower case, with hyphens, for the log and the metrics
     * @param first the wait before the first run
     * @param pause the wait after each run
     */
    public void start(String name, Duration first, Duration pause, Duty.Work work) {
        start(scheduler, name, first, pause, work);
    }

    /** The same in a thread of its own, for work that must go on when other work hangs. */
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
            duty.schedule(executor, first, pause);
            duties.add(duty);
            told = List.copyOf(listeners);
        }
        told.forEach(listener -> listener.accept(duty));
    }

    /** Calls the listener with every duty: those started already, and each one that starts later. */
    public void addListener(Consumer<Duty> listener) {
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
