package org.fedoraproject.registry.events;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.OrderedQueue;
import org.jboss.logging.Logger;

/**
 * Delivers the events of the queue to the endpoints. One thread of each instance does that for all endpoints; for each
 * endpoint, one instance at a time does. A position in the queue is saved after the endpoint has accepted what is before it,
 * so an event may come twice, and none is lost.
 */
@Singleton
public class Delivery {
    private static final Logger LOG = Logger.getLogger(Delivery.class);

    /** So short that no event waits for the next run. */
    private static final Duration PAUSE = Duration.ofMillis(1);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A run of the duty. */
    private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Duration LAST_SAVE = Duration.ofSeconds(3);

    private static final long WAIT_MILLIS = 200;
    /** A directory may change again within the tick of its clock. */
    private static final int LOOKS_AFTER_CHANGE = 3;

    private final EventsConfig config;
    private final Events events;
    private final EventFiles files;
    private final Sender sender;
    private final Mailbox mailbox;
    private final Keeper keeper;
    private final Map<String, EndpointFigures> figures = new ConcurrentHashMap<>();
    private final Heap heap = new Heap();
    private final List<Deliverer> deliverers = new ArrayList<>();
    private final Instant[] changed;
    private final int[] looks;
    private long ticked = System.nanoTime() - TICK_NANOS;
    private volatile boolean stopped;

    @Inject
    public Delivery(
            EventsConfig config, Events events, EventFiles files, Sender sender, Mailbox mailbox, Keeper keeper) {
        this.config = config;
        this.events = events;
        this.files = files;
        this.sender = sender;
        this.mailbox = mailbox;
        this.keeper = keeper;
        this.changed = new Instant[files.events().lanes()];
        this.looks = new int[files.events().lanes()];
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (events.isOn()) {
            events.reload();
            duties.startInOwnThread("events", Duration.ZERO, PAUSE, this::run);
        }
    }

    /** Whether there is a file of endpoints. */
    public boolean isOn() {
        return events.isOn();
    }

    /** The names of all endpoints since the start. */
    public Collection<String> endpoints() {
        return List.copyOf(figures.keySet());
    }

    /** How it goes with one of {@link #endpoints}. */
    public EndpointFigures figures(String endpoint) {
        return figures.computeIfAbsent(endpoint, name -> new EndpointFigures());
    }

    /** What waits in memory. */
    Heap heap() {
        return heap;
    }

    /** How many entries this instance has deleted because there were too many. */
    public long dropped() {
        return keeper.dropped();
    }

    synchronized void run() throws InterruptedException {
        long end = System.nanoTime() + RUN_NANOS;
        while (!stopped && System.nanoTime() < end) {
            step();
        }
    }

    /** A failure for one endpoint keeps no other from its events. */
    private void step() throws InterruptedException {
        long now = System.nanoTime();
        List<RuntimeException> failures = new ArrayList<>();
        if (now - ticked >= TICK_NANOS) {
            ticked = now;
            attempt(this::tick, failures);
        }
        boolean[] busy = new boolean[1];
        for (Deliverer each : deliverers) {
            attempt(() -> busy[0] |= each.advance(now), failures);
        }
        attempt(() -> keeper.run(now), failures);
        try {
            mailbox.run(busy[0] ? 0 : WAIT_MILLIS);
        } catch (RuntimeException e) {
            failures.add(e);
        }
        if (!failures.isEmpty()) {
            Thread.sleep(PAUSE_AFTER_FAILURE);
            throw failures.getFirst();
        }
    }

    private static void attempt(Runnable work, List<RuntimeException> failures) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private void tick() {
        events.reload();
        match(events.endpoints());
        events.flushPulls();
        if (keeper.isHolder() || deliverers.stream().anyMatch(Deliverer::isHolder)) {
            look();
        }
    }

    /** Takes up what has changed in the file of endpoints. */
    private void match(Endpoints endpoints) {
        List<Endpoint> wanted = new ArrayList<>(endpoints.all());
        for (Deliverer each : List.copyOf(deliverers)) {
            if (!wanted.remove(each.endpoint())) {
                deliverers.remove(each);
                each.close();
            }
        }
        for (Endpoint each : wanted) {
            deliverers.add(new Deliverer(each, config, files, sender, mailbox, figures(each.name()), heap));
        }
    }

    /** Finds out what other instances have put into the queue. */
    private void look() {
        OrderedQueue queue = files.events();
        for (int lane = 0; lane < changed.length; lane++) {
            Optional<Instant> now = queue.changed(lane);
            if (now.isPresent() && !now.get().equals(changed[lane])) {
                changed[lane] = now.get();
                looks[lane] = LOOKS_AFTER_CHANGE;
            }
            if (looks[lane] > 0) {
                looks[lane]--;
                queue.last(lane);
            }
        }
    }

    /** Leaves the endpoints to other instances; waits no longer than the server has time for it. */
    void stop(@Observes @BeforeDestroyed(ApplicationScoped.class) Object event) throws InterruptedException {
        stopped = true;
        mailbox.ring();
        if (isOn()) {
            Thread.ofPlatform()
                    .name("events-last-save")
                    .daemon()
                    .start(this::close)
                    .join(LAST_SAVE);
        }
    }

    /** After the run that is under way; the next holder then need not wait until the claims are too old. */
    private synchronized void close() {
        try {
            deliverers.forEach(Deliverer::close);
            keeper.close();
        } catch (RegistryException e) {
            LOG.debug("The claims of events stay until they are too old", e);
        }
    }
}
