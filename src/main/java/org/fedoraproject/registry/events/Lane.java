package org.fedoraproject.registry.events;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.store.OrderedQueue;
import org.jboss.logging.Logger;

/** One lane of the queue, as one endpoint goes along it. For one thread. */
final class Lane {
    private static final Logger LOG = Logger.getLogger(Lane.class);

    /** Of a lane's part of the {@link Heap}. */
    private static final int MAX_CHARACTERS = 512 * 1024;

    /** Of the entries that are read at once, even if the endpoint wants none of them. */
    private static final int MAX_ENTRIES = 1000;

    /** For so long, a missing entry may still appear. */
    private static final long MISSING_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final OrderedQueue queue;
    private final Endpoint endpoint;
    private final int number;
    private final Heap.Share heap;
    private final Deque<Item> ready = new ArrayDeque<>();
    private int characters;
    private long read;
    /** Events of the next entry that were taken before the rest was put back. */
    private int taken;
    /** When the first event happened that was put back; {@code null} if none was since the last reading. */
    private Instant putBack;

    private long missingSince;
    private long nextTry = System.nanoTime();
    private int failures;
    private int refusals;
    private boolean oneByOne;
    /** Nothing was accepted since an event was given up that was refused. */
    private boolean impatient;

    private boolean sending;

    /**
     * An event that the endpoint does not have yet.
     *
     * @param entry its number
     * @param index in the entry
     */
    record Item(int lane, long entry, int index, QueuedEvent event) {
        /** Sorts by the order of events within a repository. */
        String id() {
            return "%02d-%018d-%03d".formatted(lane, entry, index);
        }
    }

    Lane(OrderedQueue queue, Endpoint endpoint, int number, long position, Heap.Share heap) {
        this.heap = heap;
        this.queue = queue;
        this.endpoint = endpoint;
        this.number = number;
        this.read = position;
    }

    int number() {
        return number;
    }

    /** The endpoint needs nothing of the entries up to this one. */
    long position() {
        return ready.isEmpty() ? read : ready.getFirst().entry() - 1;
    }

    /** How many entries may have something for the endpoint. */
    long waiting() {
        return Math.max(0, queue.known(number) - position());
    }

    /** When the first event that waits happened. */
    Optional<Instant> oldest() {
        return ready.isEmpty()
                ? Optional.ofNullable(putBack)
                : Optional.of(ready.getFirst().event().time());
    }

    /** Whether there is something to send. */
    boolean isReady() {
        return !ready.isEmpty();
    }

    /** Whether something may be sent now. */
    boolean isDue(long now) {
        return !sending && nextTry - now <= 0 && (!ready.isEmpty() || read < queue.known(number));
    }

    /** Reads on until there is enough for a request. Returns whether anything was read. */
    boolean fill() {
        int entries = 0;
        while (ready.size() < endpoint.batch()
                && characters < MAX_CHARACTERS
                && heap.hasRoom()
                && read < queue.known(number)
                && entries < MAX_ENTRIES) {
            Optional<String> entry = queue.get(number, read + 1);
            if (entry.isPresent()) {
                missingSince = 0;
                entries++;
                read++;
                add(entry.get());
                taken = 0;
                putBack = null;
            } else if (!isPastMissing()) {
                break;
            }
        }
        return entries > 0;
    }

    private void add(String entry) {
        int index = 0;
        for (QueuedEvent event : QueuedEvent.read(entry)) {
            if (index >= taken && event.isFor(endpoint)) {
                ready.addLast(new Item(number, read, index, event));
                count(event.line().length());
            }
            index++;
        }
        if (index == 0) {
            LOG.errorf("Entry %d of lane %d of the events is not readable, and is left out", read, number);
        }
    }

    /** Goes on after entries that are not there. Returns false where they may still appear. */
    private boolean isPastMissing() {
        long floor = queue.floor(number);
        if (floor > read) {
            LOG.warnf(
                    "The events %d to %d of lane %d are gone before %s got them",
                    read + 1, floor, number, endpoint.name());
            read = floor;
            taken = 0;
            return true;
        }
        long now = System.nanoTime();
        if (missingSince == 0) {
            missingSince = now;
        }
        if (now - missingSince < MISSING_NANOS) {
            return false;
        }
        Optional<Long> next = queue.firstAfter(number, read);
        next.ifPresent(there -> {
            LOG.errorf("The events %d to %d of lane %d are missing, and are left out", read + 1, there - 1, number);
            read = there - 1;
            taken = 0;
        });
        return next.isPresent();
    }

    /** The events of the next request, which is sent now. */
    List<QueuedEvent> begin() {
        sending = true;
        int size = oneByOne ? 1 : endpoint.batch();
        return ready.stream().limit(size).map(Item::event).toList();
    }

    void accepted(int events) {
        sending = false;
        failures = 0;
        refusals = 0;
        oneByOne = false;
        impatient = false;
        for (int i = 0; i < events; i++) {
            removeFirst();
        }
    }

    /** The endpoint may take the events later. Returns those that are too old to wait for that. */
    List<Item> failed(Instant tooOld, EventsConfig config) {
        sending = false;
        failures++;
        pause(config.pause(failures).toNanos());
        List<Item> old = new ArrayList<>();
        for (Item item : ready) {
            if (!item.event().time().isBefore(tooOld)) {
                break;
            }
            old.add(item);
        }
        return old;
    }

    /**
     * The endpoint does not want the events. Returns the first one if it was refused too often, or is too old. Then the next
     * ones have one try each until one is accepted, because an endpoint that refuses everything would be tried for months.
     */
    Optional<Item> refused(int events, Instant tooOld, EventsConfig config) {
        sending = false;
        if (events > 1) {
            oneByOne = true; // it may want the others
            return Optional.empty();
        }
        refusals++;
        Item first = ready.getFirst();
        if (!impatient
                && refusals < config.maxRefusals()
                && !first.event().time().isBefore(tooOld)) {
            pause(config.pause(refusals).toNanos());
            return Optional.empty();
        }
        refusals = 0;
        impatient = true;
        return Optional.of(first);
    }

    /** Gives up the first event, which is kept elsewhere. */
    void removeFirst() {
        count(-ready.removeFirst().event().line().length());
    }

    private void count(int more) {
        characters += more;
        heap.take(more);
    }

    /** Takes the events off the heap if they must wait; they are read again then. */
    void putBack() {
        if (sending || nextTry - System.nanoTime() <= 0 || ready.isEmpty()) {
            return;
        }
        Item first = ready.getFirst();
        putBack = first.event().time();
        taken = first.index();
        read = first.entry() - 1;
        ready.clear();
        count(-characters);
    }

    /** Tries at once what failed because it was too old to wait. */
    void goOn() {
        nextTry = System.nanoTime();
    }

    private void pause(long nanos) {
        nextTry = System.nanoTime() + nanos;
    }

    boolean isSending() {
        return sending;
    }

    /** Whether the last request failed, or was refused, and something waits because of that. */
    boolean isFailing() {
        return (failures + refusals > 0 || impatient) && oldest().isPresent();
    }
}
