package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.oci.Page;

/**
 * Queues of small texts that survive a restart. They are files on the share, so any instance may process what another
 * one has queued. Two instances may process the same entry, so processing must be idempotent. Entries have no order,
 * except in an {@link OrderedQueue}.
 */
@Singleton
public final class QueueStore {
    private static final int MAX_ENTRY = 16 * 1024 * 1024;

    private final Storage storage;
    private final Layout layout;

    @Inject
    QueueStore(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
    }

    /** A queue that keeps the order of its entries; see there. */
    OrderedQueue ordered(String queue, int lanes) {
        return new OrderedQueue(storage, layout.queue(queue).resolve("lanes"), lanes);
    }

    /** Durable on return. */
    public void put(String queue, String entry) {
        storage.run(connection -> connection.write(
                layout.queue(queue).resolve(UUID.randomUUID().toString()), entry.getBytes(StandardCharsets.UTF_8)));
    }

    /** The ids of the entries, in no order. */
    public List<String> list(String queue) {
        return storage.use(connection -> connection.list(layout.queue(queue)).orElse(List.of()));
    }

    /** The ids of a page of the entries, in ASCII order. Keeps no more than twice as many on the heap. */
    Page.Entries<String> list(String queue, Page page) {
        return storage.use(connection -> connection.list(layout.queue(queue), page::selection, Page.Selection::add))
                .map(Page.Selection::entries)
                .orElse(new Page.Entries<>(List.of(), false));
    }

    /** How many entries there are. */
    long count(String queue) {
        return storage.use(connection ->
                        connection.list(layout.queue(queue), () -> new long[1], (count, name) -> count[0]++))
                .map(count -> count[0])
                .orElse(0L);
    }

    /** Writes an entry with this id, or replaces it. Durable on return. */
    void put(String queue, String id, String entry) {
        storage.run(connection ->
                connection.write(layout.queue(queue).resolve(id), entry.getBytes(StandardCharsets.UTF_8)));
    }

    /** An entry; empty if another instance has processed it. */
    public Optional<String> get(String queue, String id) {
        return storage.use(connection -> connection.read(layout.queue(queue).resolve(id), MAX_ENTRY))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /** Deletes an entry; does nothing if another instance has deleted it. */
    public void delete(String queue, String id) {
        storage.run(connection -> connection.discard(layout.queue(queue).resolve(id)));
    }
}
