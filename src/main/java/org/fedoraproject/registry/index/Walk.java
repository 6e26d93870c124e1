package org.fedoraproject.registry.index;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.duty.Throttle;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.RepositoryStore;

/**
 * Compares the index with the tree, again and again, at a limited rate: so the index is right after a restart, after an
 * event that was lost, and after changes that another registry made.
 */
@Singleton
public class Walk {
    private static final int BATCH = 1000;
    private static final Duration FIRST = Duration.ofSeconds(1);

    private final IndexConfig config;
    private final RepositoryStore store;
    private final Repositories index;
    private final Throttle throttle;
    private volatile boolean stopped;
    private volatile Instant lastEnd = Instant.EPOCH;
    private volatile Duration lastDuration = Duration.ZERO;
    private volatile int failures;

    @Inject
    public Walk(IndexConfig config, RepositoryStore store, Repositories index) {
        this.config = config;
        this.store = store;
        this.index = index;
        this.throttle = new Throttle(config.operationsPerSecond(), () -> stopped);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (config.enabled()) {
            duties.startInOwnThread("index-walk", FIRST, config.pause(), this::run);
        }
    }

    @PreDestroy
    void stop() {
        stopped = true;
    }

    /** When the last whole walk ended; the epoch if there was none. */
    public Instant lastEnd() {
        return lastEnd;
    }

    /** How long the last whole walk took. */
    public Duration lastDuration() {
        return lastDuration;
    }

    /** How many walks have failed since the start. */
    public int failures() {
        return failures;
    }

    /** Goes through all repositories once. For one thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only one run at a time
    void run() {
        long begin = System.nanoTime();
        try {
            walk();
        } catch (RuntimeException e) {
            failures++;
            throw e;
        }
        if (!stopped) {
            lastDuration = Duration.ofNanos(System.nanoTime() - begin);
            lastEnd = Instant.now();
            index.complete();
        }
    }

    private void walk() {
        Runnable step = index.isComplete() ? () -> throttle.pass(1) : () -> {};
        String last = "";
        boolean more = true;
        while (more && !stopped) {
            step.run();
            Page.Entries<RepositoryName> page = store.list(new Page(BATCH, last));
            more = page.more();
            String end = more ? page.entries().getLast().value() : "";
            compare(page.entries(), last, end, step);
            last = end;
        }
    }

    /** Reads what the tree has between two names, and what the index has besides. */
    private void compare(List<RepositoryName> found, String from, String to, Runnable step) {
        Set<String> known = new HashSet<>(index.between(from, to));
        for (RepositoryName name : found) {
            known.remove(name.value());
            refresh(name, step);
        }
        known.forEach(name -> refresh(RepositoryName.parse(name), step));
    }

    private void refresh(RepositoryName name, Runnable step) {
        if (!stopped) {
            step.run(); // the listing has looked at it, too
            index.refresh(name, step);
        }
    }
}
