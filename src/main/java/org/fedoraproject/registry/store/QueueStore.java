package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Queues of small texts that survive a restart. They are files on the share, so any instance may process what another
 * one has queued. Two instances may process the same entry, so processing must be idempotent.
 */
@Singleton
public final class QueueStore {
    private static final int MAX_ENTRY = 64 * 1024;

    private final Storage storage;
    private final Layout layout;

    @Inject
    QueueStore(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
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
