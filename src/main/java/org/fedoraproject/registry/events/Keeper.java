package org.fedoraproject.registry.events;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.OrderedQueue;
import org.fedoraproject.registry.store.ShareClaim;
import org.jboss.logging.Logger;

/**
 * Keeps the queue in order, on one instance at a time: deletes what all endpoints have, and the oldest entries if there are
 * too many; forgets endpoints that no instance has any more; tells of what killed instances have announced.
 */
@Singleton
class Keeper {
    private static final Logger LOG = Logger.getLogger(Keeper.class);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MINUTES.toNanos(5);
    /** An endpoint that is in no instance's file for so long is forgotten. */
    private static final Duration UNSEEN = Duration.ofHours(24);
    /** In one run, because delivery waits meanwhile. */
    private static final int MAX_TRIMMED = 2000;

    private final EventFiles files;
    private final Events events;
    private final EventsConfig config;
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
    Keeper(EventFiles files, Events events, EventsConfig config) {
        this.files = files;
        this.events = events;
        this.config = config;
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
            readFloors(); // another instance may have set them back
        } else if (!holder) {
            holder = claim.take();
            renewedAt = now;
            if (holder) {
                begin();
            }
        }
        if (holder) {
            left = MAX_TRIMMED;
            firstLane = (firstLane + 1) % trimmed.length;
            keep(now);
        }
    }

    private void begin() {
        readFloors();
        for (int lane = 0; lane < trimmed.length; lane++) {
            files.events().trimAgain(lane);
        }
    }

    private void readFloors() {
        Arrays.setAll(trimmed, files.events()::floor);
    }

    private void keep(long now) {
        events.tellAbandoned();
        boolean looks = now - lookedAt > LOOK_NANOS;
        if (looks) {
            lookedAt = now;
            forgetUnseen();
        }
        for (int lane = 0; lane < trimmed.length && looks; lane++) {
            files.events().lastOfAll(lane);
        }
        trim(floors());
        dropOldest();
    }

    /** Raises the floors, and sees to it that no other instance has set them back. */
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

    /** In each lane, the number up to which no endpoint needs anything. */
    private long[] floors() {
        long[] floors = new long[files.events().lanes()];
        Arrays.setAll(floors, lane -> files.events().known(lane));
        for (String endpoint : files.endpoints()) {
            files.positions(endpoint)
                    .ifPresent(positions -> Arrays.setAll(floors, lane -> Math.min(floors[lane], positions[lane])));
        }
        return floors;
    }

    /** Deletes the oldest entries of the longest lanes if there are more than there may be. */
    private void dropOldest() {
        OrderedQueue queue = files.events();
        long[] sizes = new long[queue.lanes()];
        Arrays.setAll(sizes, lane -> Math.max(0, queue.known(lane) - trimmed[lane]));
        long excess = Arrays.stream(sizes).sum() - config.maxEntries();
        if (excess <= 0) {
            return;
        }
        long[] floors = trimmed.clone();
        for (long left = excess; left > 0; ) {
            int longest = 0;
            for (int lane = 1; lane < sizes.length; lane++) {
                longest = sizes[lane] > sizes[longest] ? lane : longest;
            }
            long some = Math.min(left, Math.max(1, sizes[longest] / sizes.length));
            sizes[longest] -= some;
            floors[longest] += some;
            left -= some;
        }
        long before = Arrays.stream(trimmed).sum();
        trim(floors);
        long gone = Arrays.stream(trimmed).sum() - before;
        dropped.addAndGet(gone);
        LOG.errorf(
                "Deleted the oldest %d entries of the events, because there are more than %d; endpoints lose them",
                gone, config.maxEntries());
    }

    private void forgetUnseen() {
        Set<String> configured =
                events.endpoints().all().stream().map(Endpoint::name).collect(Collectors.toCollection(HashSet::new));
        for (String endpoint : files.endpoints()) {
            if (!configured.contains(endpoint) && files.isUnseen(endpoint, UNSEEN)) {
                files.forget(endpoint);
                LOG.infof("No instance has the endpoint %s of events any more", endpoint);
            }
        }
    }

    /** Leaves the work to another instance. */
    void close() {
        if (holder) {
            holder = false;
            claim.release();
        }
    }
}
