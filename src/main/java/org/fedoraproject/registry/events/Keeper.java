package org.fedoraproject.registry.events;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.OrderedQueue;
import org.fedoraproject.registry.store.ShareClaim;
import org.jboss.logging.Logger;

/**
 * Keeps the queue in order, on one instance at a time: deletes what all endpoints have, and the oldest dead letters and
 * entries if there are too many; sees to endpoints that no instance has any more, and to what killed instances have
 * announced.
 */
@Singleton
class Keeper {
    private static final Logger LOG = Logger.getLogger(Keeper.class);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MINUTES.toNanos(5);
    /** In one run, because delivery waits meanwhile. */
    private static final int MAX_TRIMMED = 2000;

    private final EventFiles files;
    private final EventsConfig config;
    private final Abandoned abandoned;
    private final PastEntries past;
    private final DeadLetters letters;
    private final FormerEndpoints former;
    private final ShareClaim claim;
    private final AtomicLong dropped = new AtomicLong();
    /** The floors. */
    private final long[] trimmed;
    /** How many entries this run may still delete. */
    private long left;
    /** The first lane that it trims, so that each gets its turn. */
    private int firstLane;

    private boolean holder;
    private long ranAt = System.nanoTime() - PAUSE_NANOS;
    private long renewedAt;
    private long lookedAt;

    @Inject
    Keeper(EventFiles files, Events events, EventsConfig config, Abandoned abandoned) {
        this.files = files;
        this.config = config;
        this.abandoned = abandoned;
        this.past = new PastEntries(files, events);
        this.letters = new DeadLetters(files);
        this.former = new FormerEndpoints(files, events);
        this.claim = files.keeper();
        this.trimmed = new long[files.events().lanes()];
    }

    /** How many entries were deleted because there were too many. */
    long dropped() {
        return dropped.get();
    }

    boolean isHolder() {
        return holder;
    }

    /** @throws RegistryException of the storage */
    void run(long now) {
        if (now - ranAt < PAUSE_NANOS) {
            return;
        }
        ranAt = now;
        if (holder && now - renewedAt > RENEW_NANOS) {
            holder = claim.renew();
            renewedAt = now;
            readFloors();
        } else if (!holder && (claim.take() || claim.renew())) { // this instance has it, if it failed to begin
            renewedAt = now;
            begin();
            holder = true; // only with the floors, because without them all entries ever seem to be there
        }
        if (holder) {
            left = MAX_TRIMMED;
            firstLane = (firstLane + 1) % trimmed.length;
            keep(now);
        }
    }

    private void begin() {
        past.begin();
        readFloors();
        for (int lane = 0; lane < trimmed.length; lane++) {
            files.events().trimAgain(lane);
        }
    }

    private void readFloors() {
        Arrays.setAll(trimmed, files.events()::floor);
    }

    private void keep(long now) {
        abandoned.tell();
        former.discard();
        boolean looks = now - lookedAt > LOOK_NANOS;
        if (looks) {
            lookedAt = now;
            former.forgetUnseen();
        }
        for (int lane = 0; lane < trimmed.length && looks; lane++) {
            files.events().lastOfAll(lane);
        }
        past.look().ifPresent(this::trim);
        dropOldest(now);
    }

    /** Raises the floors. */
    private void trim(long[] floors) {
        for (int i = 0; i < floors.length && left > 0; i++) {
            int lane = (firstLane + i) % floors.length;
            if (floors[lane] > trimmed[lane]) {
                long before = trimmed[lane];
                trimmed[lane] = files.events().trim(lane, floors[lane], (int) left);
                left -= Math.max(0, trimmed[lane] - before);
            }
        }
    }

    /** Deletes the oldest dead letters, and then the oldest entries of the longest lanes, if there are more than there may be. */
    private void dropOldest(long now) {
        OrderedQueue queue = files.events();
        long[] sizes = new long[queue.lanes()];
        Arrays.setAll(sizes, lane -> Math.max(0, queue.known(lane) - trimmed[lane]));
        long dead = letters.count(now);
        long excess = Arrays.stream(sizes).sum() + dead - config.maxEntries();
        if (excess <= 0) {
            return;
        }
        long lost = letters.drop(Math.min(excess, left));
        left -= lost;
        lost += dropEntries(sizes, excess - dead);
        dropped.addAndGet(lost);
        if (lost > 0) {
            LOG.errorf(
                    "Deleted the oldest %d entries of the events, because there are more than %d; endpoints lose them",
                    lost, config.maxEntries());
        }
    }

    private long dropEntries(long[] sizes, long excess) {
        long[] shares = shares(sizes, excess);
        long[] floors = new long[shares.length];
        Arrays.setAll(floors, lane -> trimmed[lane] + shares[lane]);
        long before = Arrays.stream(trimmed).sum();
        trim(floors);
        return Arrays.stream(trimmed).sum() - before;
    }

    /** How many to take of each, so that they are fewer by this number, and the longest lose most. */
    static long[] shares(long[] sizes, long number) {
        long[] left = sizes.clone();
        long[] shares = new long[sizes.length];
        for (long more = number; more > 0; ) {
            int longest = 0;
            for (int i = 1; i < left.length; i++) {
                longest = left[i] > left[longest] ? i : longest;
            }
            long some = Math.min(more, Math.max(1, left[longest] / left.length));
            left[longest] -= some;
            shares[longest] += some;
            more -= some;
        }
        return shares;
    }

    /** Leaves the work to another instance. */
    void close() {
        if (holder) {
            holder = false;
            claim.release();
        }
    }
}
