package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Queues of small texts that outlive a restart: files on the share, so that what one instance puts in, any instance may take
 * out. Two may work on the same entry; what they do must bear being done twice.
 */
@Singleton
public final class QueueStore {
    private static final int MAX_ENTRY = 64 * 1024;

    private final Share share;
    private final Layout layout;

    @Inject
    QueueStore(Share share) {
        this.share = share;
        this.layout = share.layout();
    }

    /** Durable on return. */
    public void put(String queue, String entry) {
        share.run(connection -> connection.write(
                layout.queue(queue).resolve(UUID.randomUUID().toString()), entry.getBytes(StandardCharsets.UTF_8)));
    }

    /** The ids of the entries, in no order. */
    public List<String> list(String queue) {
        return share.use(connection -> connection.list(layout.queue(queue)).orElse(List.of()));
    }

    /** An entry; empty where another instance has done with it. */
    public Optional<String> get(String queue, String id) {
        return share.use(connection -> connection.read(layout.queue(queue).resolve(id), MAX_ENTRY))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /** Takes an entry out; nothing where another instance has. */
    public void delete(String queue, String id) {
        share.run(connection -> connection.discard(layout.queue(queue).resolve(id)));
    }
}
