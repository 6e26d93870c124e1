package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.fedoraproject.registry.nfs.FileDetails;
import org.fedoraproject.registry.nfs.NfsFile;

/**
 * What collections keep on the share, in {@code .gc/}: the state of the one that runs or was interrupted, and the
 * reports of those that have ended.
 */
@Singleton
public final class CollectionFiles extends JobFiles {
    private static final Duration TICK = Duration.ofMillis(20);
    /** File systems with the coarsest times count in steps of 2 s. */
    private static final Duration COARSE_TICK = Duration.ofMillis(2100);

    private static final int BUFFER = 1024 * 1024;
    private static final int MAX_REPORTS = 30;
    private static final String REPORTS = "reports";
    private static final String STATE = "state";

    private final Storage storage;
    private final Path directory;
    private final ShareClaim claim;

    /** The files that grow while a collection runs. */
    public enum Growing {
        /** The digests that manifests need. */
        LIVE,
        /** What was moved and deleted, for people. */
        ACTIONS
    }

    /**
     * What the share says to a collection that begins.
     *
     * @param now the server's time
     * @param owner the user that this instance's files belong to
     * @param notesRenames whether the change time of a file shows when it was renamed
     */
    public record Probe(Instant now, int owner, boolean notesRenames) {}

    @Inject
    CollectionFiles(Storage storage) {
        super(
                storage,
                storage.layout().collection(),
                storage.layout().collection().resolve(REPORTS),
                "",
                MAX_REPORTS);
        this.storage = storage;
        this.directory = storage.layout().collection();
        this.claim = new ShareClaim(storage, directory.resolve("claim"));
    }

    /** Why this instance must not collect now; empty if it may. */
    public Optional<String> refusal(Duration maxSkew) {
        return storage.fault(maxSkew);
    }

    /** Asks the share by a file of its own. */
    public Probe probe() {
        Path first = directory.resolve("probe-" + UUID.randomUUID());
        Path second = directory.resolve("probe-" + UUID.randomUUID());
        try {
            FileDetails made = storage.use(connection -> {
                connection.write(first, new byte[] {1});
                return connection.details(first).orElseThrow();
            });
            boolean notes = notesRename(first, second, made, TICK) || notesRename(second, first, made, COARSE_TICK);
            return new Probe(made.modified().toInstant(), made.owner(), notes);
        } finally {
            storage.run(connection -> {
                connection.discard(first);
                connection.discard(second);
            });
        }
    }

    private boolean notesRename(Path from, Path to, FileDetails made, Duration tick) {
        storage.pause(tick);
        return storage.use(connection -> {
            connection.shift(from, to);
            return connection.details(to).orElseThrow().changed().compareTo(made.changed()) > 0;
        });
    }

    /**
     * Claims the collection for this instance; returns false if another one runs. A claim that this instance could not
     * release is taken up again. Two may succeed if one stalls.
     */
    public boolean claim() {
        return claim.take() || claim.renew();
    }

    /** Renews the claim; returns false if another instance has taken it over. */
    public boolean renewClaim() {
        return claim.renew();
    }

    public void releaseClaim() {
        claim.release();
    }

    /** The state of a collection that has not ended; empty if there is none. */
    public Optional<String> state() {
        return text(STATE);
    }

    /** Durable on return. */
    public void putState(String state) {
        put(STATE, state);
    }

    /** Writes bytes at a position of a growing file, which is made if it is missing. Durable on return. */
    public void append(Growing which, long position, ByteBuffer bytes) {
        Path file = path(which);
        NfsFile open = storage.use(connection -> {
            connection.create(file, new byte[0]);
            return connection.openForWriting(file).orElseThrow();
        });
        Storage.runFile(() -> {
            try (open) {
                open.write(bytes, position);
                open.force();
            }
        });
    }

    /** Gives the first bytes of a growing file to {@code use}, part by part; a part has a multiple of 16 bytes. */
    public void read(Growing which, long length, Consumer<ByteBuffer> use) {
        Optional<NfsFile> found = storage.use(connection -> connection.open(path(which)));
        if (found.isEmpty()) {
            return;
        }
        Storage.runFile(() -> {
            try (NfsFile file = found.get()) {
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
                for (long at = 0; at < length; at += buffer.limit()) {
                    buffer.clear().limit((int) Math.min(BUFFER, length - at));
                    while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) > 0) {
                        // read on
                    }
                    use.accept(buffer.flip());
                    if (buffer.limit() == 0) {
                        return;
                    }
                }
            }
        });
    }

    /** Ends a collection: keeps its report and its list of actions, and forgets the rest and the oldest reports. */
    public void finish(String id, String report) {
        putReport(id, report);
        storage.run(connection -> {
            connection.shift(path(Growing.ACTIONS), directory.resolve(REPORTS).resolve(logName(id)));
            connection.discard(directory.resolve(STATE));
            connection.discard(path(Growing.LIVE));
        });
    }

    /** Forgets a collection that has not ended. */
    public void forget() {
        storage.run(connection -> {
            connection.discard(directory.resolve(STATE));
            connection.discard(path(Growing.LIVE));
            connection.discard(path(Growing.ACTIONS));
        });
    }

    private Path path(Growing which) {
        return directory.resolve(which == Growing.LIVE ? "live" : "actions");
    }
}
