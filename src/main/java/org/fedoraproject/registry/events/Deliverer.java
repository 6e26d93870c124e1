package org.fedoraproject.registry.events;

import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.events.Sender.Outcome;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.ShareClaim;
import org.jboss.logging.Logger;

/**
 * Delivers to one endpoint, if no other instance does. The events of a lane go one request after the other, in their
 * order; lanes go beside each other. For one thread, which never waits for the endpoint.
 */
final class Deliverer {
    private static final Logger LOG = Logger.getLogger(Deliverer.class);

    private static final long TRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SAVE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SEE_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long COUNT_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_SENDING = 4;

    private final Endpoint endpoint;
    private final EventsConfig config;
    private final EventFiles files;
    private final Sender sender;
    private final Mailbox mailbox;
    private final EndpointFigures figures;
    private final Heap heap;
    private final ShareClaim claim;
    private final Replay replay;
    /** {@code null} while another instance delivers. */
    private Heap.Share share;

    /** Empty while another instance delivers. */
    private List<Lane> lanes = List.of();

    private int firstLane;
    private boolean moved;
    private boolean failing;
    private long savedAt;
    private long triedAt = System.nanoTime() - TRY_NANOS;
    private long renewedAt;
    private long seenAt;
    private long countedAt;

    Deliverer(
            Endpoint endpoint,
            EventsConfig config,
            EventFiles files,
            Sender sender,
            Mailbox mailbox,
            EndpointFigures figures,
            Heap heap) {
        this.endpoint = endpoint;
        this.heap = heap;
        this.config = config;
        this.files = files;
        this.sender = sender;
        this.mailbox = mailbox;
        this.figures = figures;
        this.claim = files.claim(endpoint.name());
        this.replay = new Replay(endpoint, files, sender, mailbox, figures);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    boolean isHolder() {
        return !lanes.isEmpty();
    }

    /**
     * Reads and sends as much as may be sent now.
     *
     * @return whether there may be more to do at once
     * @throws RegistryException of the storage
     */
    boolean advance(long now) {
        if (!hold(now)) {
            return false;
        }
        boolean busy = false;
        for (int i = 0; i < lanes.size(); i++) {
            busy |= advance(lanes.get((firstLane + i) % lanes.size()), now);
        }
        firstLane = (firstLane + 1) % lanes.size(); // so that each gets its turn
        replay.advance(now);
        save(now);
        figures.setWaiting(
                lanes.stream().mapToLong(Lane::waiting).sum(),
                lanes.stream().flatMap(lane -> lane.oldest().stream()).min(Instant::compareTo));
        return busy;
    }

    private boolean hold(long now) {
        if (isHolder()) {
            if (now - renewedAt > RENEW_NANOS) {
                renewedAt = claim.renew() ? now : lose();
            }
        } else if (now - triedAt > TRY_NANOS) {
            triedAt = now;
            if (claim.take()) {
                renewedAt = now;
                begin(now);
            }
        }
        return isHolder();
    }

    private void begin(long now) {
        try {
            files.see(endpoint.name());
            seenAt = now;
            files.begin(endpoint.name());
            long[] positions = files.readPositions(endpoint.name());
            share = heap.share();
            List<Lane> begun = new ArrayList<>();
            for (int i = 0; i < positions.length; i++) {
                files.events().last(i);
                begun.add(new Lane(files.events(), endpoint, i, positions[i], share));
            }
            figures.setDead(files.countDead(endpoint.name()));
            lanes = begun;
            LOG.debugf("Delivers events to %s", endpoint.name());
        } finally {
            if (!isHolder()) {
                forget();
                claim.release();
            }
        }
    }

    private long lose() {
        LOG.warnf("Another instance delivers events to %s now", endpoint.name());
        forget();
        failing = false;
        figures.setWaiting(0, Optional.empty());
        figures.setDead(0);
        return 0;
    }

    private boolean advance(Lane lane, long now) {
        if (!lane.isDue(now)) {
            return false;
        }
        long before = lane.position();
        boolean busy = lane.fill();
        moved |= lane.position() != before;
        if (lane.isReady() && lanes.stream().filter(Lane::isSending).count() < MAX_SENDING) {
            send(lane);
        }
        return busy;
    }

    private void send(Lane lane) {
        List<QueuedEvent> events = lane.begin();
        sender.send(endpoint, events, outcome -> mailbox.post(() -> end(lane, events.size(), outcome)));
    }

    private void end(Lane lane, int events, Outcome outcome) {
        if (!lanes.contains(lane)) {
            return; // the claim was lost meanwhile
        }
        moved = true;
        switch (outcome) {
            case Outcome.Accepted accepted -> {
                lane.accepted(events);
                figures.accepted(events);
                works();
            }
            case Outcome.Refused refused -> {
                figures.failed();
                if (events == 1) { // of a batch, it may take the others
                    fails(refused.why());
                }
                lane.refused(events, tooOld(), config).ifPresent(item -> bury(lane, List.of(item), refused.why()));
            }
            case Outcome.Failed failed -> {
                figures.failed();
                fails(failed.why());
                List<Lane.Item> old = lane.failed(tooOld(), config);
                bury(lane, old, failed.why());
            }
        }
        lane.putBack();
    }

    private Instant tooOld() {
        return Instant.now().minus(config.giveUpAfter());
    }

    private void fails(String why) {
        LOG.logf(
                failing ? Logger.Level.DEBUG : Logger.Level.WARN,
                "The endpoint %s of events fails, and will be tried again: %s",
                endpoint.name(),
                why);
        failing = true;
    }

    /** One lane may work while another has an event that the endpoint does not take. */
    private void works() {
        if (failing && lanes.stream().noneMatch(Lane::isFailing)) {
            failing = false;
            LOG.infof("The endpoint %s of events takes them again", endpoint.name());
        }
    }

    /** Makes dead letters of the first events of a lane. */
    private void bury(Lane lane, List<Lane.Item> items, String why) {
        for (Lane.Item item : items) {
            try {
                JsonObject letter = RegistryEvent.JSON
                        .createObjectBuilder()
                        .add("endpoint", endpoint.name())
                        .add("time", Instant.now().toString())
                        .add("reason", why)
                        .add("event", item.event().json())
                        .build();
                files.putDead(endpoint.name(), item.id(), letter.toString());
            } catch (RegistryException e) {
                LOG.warnf(
                        "Cannot keep a dead letter of %s; it will be tried again: %s", endpoint.name(), e.getMessage());
                return;
            }
            lane.removeFirst();
            figures.setDead(figures.dead() + 1);
            LOG.warnf("Gave up the event %s for %s: %s", item.event().id(), endpoint.name(), why);
        }
        if (!items.isEmpty()) {
            lane.goOn();
        }
    }

    private void save(long now) {
        if (moved && now - savedAt > SAVE_NANOS) {
            savedAt = now;
            save();
        }
        if (now - seenAt > SEE_NANOS) {
            seenAt = now;
            files.see(endpoint.name());
        }
        if (now - countedAt > COUNT_NANOS) { // the keeper deletes dead letters if there are too many
            countedAt = now;
            figures.setDead(files.countDead(endpoint.name()));
        }
    }

    private void save() {
        files.putPositions(
                endpoint.name(), lanes.stream().mapToLong(Lane::position).toArray());
        moved = false;
    }

    private void forget() {
        lanes = List.of();
        if (share != null) {
            share.close();
            share = null;
        }
    }

    /**
     * Leaves the endpoint to another instance.
     *
     * @throws RegistryException of the storage; it is left all the same, and the other instance sends again what was not saved
     */
    void close() {
        if (!isHolder()) {
            return;
        }
        try {
            if (moved) {
                save();
            }
        } finally {
            forget();
            figures.setWaiting(0, Optional.empty());
            figures.setDead(0);
            claim.release();
        }
    }
}
