package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.FileDetails;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * What collections keep on the share, in {@code .gc/}: the claim of the one that runs, the {@link RunFiles files} of the
 * one that runs or was interrupted, and the reports of those that have ended.
 */
@Singleton
public final class CollectionFiles extends JobFiles {
    private static final Duration TICK = Duration.ofMillis(20);
    /** File systems with the coarsest times count in steps of 2 s. */
    private static final Duration COARSE_TICK = Duration.ofMillis(2100);

    private static final int MAX_REPORTS = 30;
    private static final String REPORTS = "reports";

    private static final String PROBE = "probe-";
    private static final Duration PROBE_AGE = Duration.ofHours(1);

    /** Bytes for the claim, the state, and some directories in the trash. */
    private static final int RESERVE = 64 * 1024;

    private final Storage storage;
    private final Path directory;
    private final ShareClaim claim;

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

    /**
     * Fails if the share as a whole does.
     *
     * @throws RegistryException of the storage
     */
    public void requireShare() {
        storage.run(connection -> connection.list(directory));
    }

    /**
     * Asks the share by an empty file, for which there is room even on most full shares.
     *
     * @throws RegistryException of the storage
     */
    public Probe probe() {
        Path first = directory.resolve(PROBE + UUID.randomUUID());
        Path second = directory.resolve(PROBE + UUID.randomUUID());
        try {
            FileDetails made = storage.use(connection -> {
                connection.makeDirectories(directory);
                connection.create(first, new byte[0]);
                connection.renew(first);
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

    /** Keeps some room for the next collection, which may find the share full. */
    public void reserve() {
        storage.run(connection -> {
            if (connection.size(reserveFile()).isEmpty()) {
                byte[] incompressible = new byte[RESERVE];
                new SecureRandom().nextBytes(incompressible);
                connection.write(reserveFile(), incompressible);
            }
        });
    }

    /** Gives up that room for what this collection writes; returns false if there was none. */
    public boolean useReserve() {
        return storage.use(connection -> connection.delete(reserveFile()));
    }

    private Path reserveFile() {
        return directory.resolve("reserve");
    }

    /** The files of the collection that runs, or was interrupted; those of a dry run are others than those of a real one. */
    public RunFiles run(boolean dryRun) {
        return new RunFiles(storage, dryRun ? directory.resolve("dry-run") : directory);
    }

    /** Ends a collection: keeps its report and its list of actions, and forgets the rest and the oldest reports. */
    public void finish(RunFiles run, String id, String report) {
        putReport(id, report);
        run.end(directory.resolve(REPORTS).resolve(logName(id)));
        sweepProbes();
    }

    /** Deletes the files of {@link #probe} of instances that were killed. */
    private void sweepProbes() {
        storage.run(connection -> {
            Instant before = connection.now().minus(PROBE_AGE);
            for (String name : connection.list(directory).orElse(List.of())) {
                Path file = directory.resolve(name);
                if (name.startsWith(PROBE)
                        && connection
                                .lastModified(file)
                                .filter(time -> time.toInstant().isBefore(before))
                                .isPresent()) {
                    connection.discard(file);
                }
            }
        });
    }
}
