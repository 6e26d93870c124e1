package org.fedoraproject.registry.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.fedoraproject.registry.store.Steps;

/**
 * Runs some operations at the same time, one step of one of them after the other, and all of it again in every order in which
 * an operation is interrupted no more than a number of times by another one.
 */
public final class Interleaver implements Steps {
    private static final int ENDLESS = 100_000;

    /** One try: makes a new world, and returns the operations and what is to be found in the end. */
    public interface Trial {
        Operations begin(Steps steps) throws Exception;
    }

    /** What runs at the same time. */
    public interface Operations {
        List<Runnable> all();

        /** @param schedule in words, for the message of a failure */
        void check(String schedule) throws Exception;
    }

    private final int maxInterruptions;
    private final List<Integer> choices;
    private final List<Integer> options = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final StringBuilder schedule = new StringBuilder();

    private Interleaver(int maxInterruptions, List<Integer> choices) {
        this.maxInterruptions = maxInterruptions;
        this.choices = new ArrayList<>(choices);
    }

    /** Tries all orders; returns how many there were. */
    public static int explore(int maxInterruptions, Trial trial) throws Exception {
        List<Integer> choices = new ArrayList<>();
        int tried = 0;
        while (true) {
            Interleaver interleaver = new Interleaver(maxInterruptions, choices);
            Operations operations = trial.begin(interleaver);
            interleaver.run(operations.all());
            operations.check(interleaver.schedule.toString());
            tried++;
            choices = interleaver.choices;
            int last = choices.size() - 1;
            while (last >= 0 && choices.get(last) + 1 >= interleaver.options.get(last)) {
                last--;
            }
            if (last < 0) {
                return tried;
            }
            choices = new ArrayList<>(choices.subList(0, last + 1));
            choices.set(last, choices.get(last) + 1);
        }
    }

    private static final class Worker {
        private final Semaphore go = new Semaphore(0);
        private final Semaphore stopped = new Semaphore(0);
        private Thread thread;
        private volatile boolean ended;
        private volatile boolean waits;
    }

    @Override
    public void next() {
        stop(false);
    }

    @Override
    public boolean await() {
        stop(true);
        return true;
    }

    private void stop(boolean waits) {
        for (Worker worker : workers) {
            if (worker.thread == Thread.currentThread()) {
                worker.waits = waits;
                worker.stopped.release();
                worker.go.acquireUninterruptibly();
                worker.waits = false;
            }
        }
    }

    private void run(List<Runnable> operations) throws InterruptedException {
        for (Runnable operation : operations) {
            Worker worker = new Worker();
            worker.thread = Thread.ofPlatform().unstarted(() -> {
                worker.go.acquireUninterruptibly();
                try {
                    operation.run();
                } finally {
                    worker.ended = true;
                    worker.stopped.release();
                }
            });
            workers.add(worker);
        }
        workers.forEach(worker -> worker.thread.start());
        Worker current = workers.getFirst();
        int interruptions = 0;
        for (int step = 0; workers.stream().anyMatch(worker -> !worker.ended); step++) {
            if (step > ENDLESS) {
                throw new AssertionError("does not end: " + schedule.substring(0, 200));
            }
            boolean free = current.ended || current.waits || step == 0;
            List<Worker> candidates = candidates(current, free, interruptions);
            Worker chosen = candidates.get(choose(candidates.size()));
            if (chosen != current && !free) {
                interruptions++;
            }
            current = chosen;
            schedule.append(workers.indexOf(current));
            current.go.release();
            current.stopped.acquire();
        }
        for (Worker worker : workers) {
            worker.thread.join();
        }
    }

    /**
     * Who may make the next step, the one that made the last first. One that waits is left alone as long as another has
     * something to do, for all that it would do is look again.
     */
    private List<Worker> candidates(Worker current, boolean free, int interruptions) {
        if (!free && interruptions == maxInterruptions) {
            return List.of(current);
        }
        List<Worker> alive = workers.stream().filter(worker -> !worker.ended).toList();
        List<Worker> busy = alive.stream().filter(worker -> !worker.waits).toList();
        List<Worker> candidates = new ArrayList<>(busy.isEmpty() ? List.of(alive.getFirst()) : busy);
        if (candidates.remove(current)) {
            candidates.addFirst(current);
        }
        return candidates;
    }

    private int choose(int count) {
        int at = options.size();
        options.add(count);
        if (at == choices.size()) {
            choices.add(0);
        }
        return choices.get(at);
    }
}
