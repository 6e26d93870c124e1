package org.fedoraproject.registry.events;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.events.Sender.Outcome;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.EventFiles.Order;
import org.jboss.logging.Logger;

/** Delivers the dead letters of an endpoint again, or deletes them, when an administrator has asked for it. For one thread. */
final class Replay {
    private static final Logger LOG = Logger.getLogger(Replay.class);

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int BATCH = 1000;

    private final Endpoint endpoint;
    private final EventFiles files;
    private final Sender sender;
    private final Mailbox mailbox;
    private final EndpointFigures figures;
    private long lookedAt;
    /** Of letters that come next. */
    private final Deque<String> ids = new ArrayDeque<>();

    private boolean running;
    private boolean sending;

    Replay(Endpoint endpoint, EventFiles files, Sender sender, Mailbox mailbox, EndpointFigures figures) {
        this.endpoint = endpoint;
        this.files = files;
        this.sender = sender;
        this.mailbox = mailbox;
        this.figures = figures;
    }

    void advance(long now) {
        if (sending) {
            return;
        }
        if (running) {
            next();
        } else if (now - lookedAt > LOOK_NANOS) {
            lookedAt = now;
            Set<Order> orders = files.orders(endpoint.name());
            running = orders.contains(Order.REPLAY);
            if (orders.contains(Order.DISCARD)) {
                discard();
            }
        }
    }

    private void discard() {
        List<String> ids = files.listDead(endpoint.name(), BATCH);
        ids.forEach(id -> files.deleteDead(endpoint.name(), id));
        if (ids.size() < BATCH) {
            files.end(endpoint.name(), Order.DISCARD);
            LOG.infof("Deleted the dead letters of %s", endpoint.name());
        }
        figures.setDead(files.countDead(endpoint.name()));
    }

    private void next() {
        if (ids.isEmpty()) {
            ids.addAll(files.listDead(endpoint.name(), BATCH));
        }
        if (ids.isEmpty()) {
            end("delivered all dead letters");
            return;
        }
        String id = ids.getFirst();
        Optional<String> letter = files.getDead(endpoint.name(), id);
        if (letter.isEmpty()) {
            ids.removeFirst(); // somebody has deleted it meanwhile
            return;
        }
        Optional<QueuedEvent> event = event(letter.get());
        if (event.isEmpty()) {
            end("a dead letter is not readable: " + id);
            return;
        }
        sending = true;
        sender.send(endpoint, List.of(event.get()), outcome -> mailbox.post(() -> told(id, outcome)));
    }

    private void told(String id, Outcome outcome) {
        sending = false;
        switch (outcome) {
            case Outcome.Accepted accepted -> {
                files.deleteDead(endpoint.name(), id);
                ids.remove(id);
                figures.accepted(1);
                figures.setDead(Math.max(0, figures.dead() - 1));
            }
            case Outcome.Refused refused -> end("stopped, because " + refused.why());
            case Outcome.Failed failed -> end("stopped, because of " + failed.why());
        }
    }

    private void end(String how) {
        running = false;
        ids.clear();
        files.end(endpoint.name(), Order.REPLAY);
        figures.setDead(files.countDead(endpoint.name()));
        LOG.infof("The replay for %s: %s", endpoint.name(), how);
    }

    private static Optional<QueuedEvent> event(String letter) {
        try (JsonReader reader = Json.createReader(new StringReader(letter))) {
            return QueuedEvent.parse(reader.readObject().getJsonObject("event").toString());
        } catch (JsonException | NullPointerException | ClassCastException e) {
            return Optional.empty();
        }
    }
}
