package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.fedoraproject.registry.nfs.Dated;
import org.fedoraproject.registry.nfs.FileState;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.jboss.logging.Logger;

/**
 * Protects what a client was told to exist from a garbage collection, which takes only files that nothing needs and
 * whose time is older than the grace time: makes sure that a file's time is younger than half of it. So each file is
 * touched at most once in half the grace time, and needs no further operation otherwise. A file that is missing is
 * looked for in the {@link Trash}.
 *
 * <p>If a file cannot be touched, clients that read get their answer all the same; writers ask {@link Watch#isBroken}.
 */
@Singleton
public final class Leases {
    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** More than any collections in a row can take a file away while it is touched. */
    private static final int ATTEMPTS = 4;

    private final Trash trash;
    private final Duration half;
    private final boolean takesManifests;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicBoolean reported = new AtomicBoolean();
    private volatile BooleanSupplier paused = () -> false;

    @Inject
    Leases(Trash trash, LeaseConfig config) {
        this.trash = trash;
        this.half = config.grace().dividedBy(2);
        this.takesManifests = config.untaggedAfter().isPresent();
    }

    /** Looks for a file. */
    interface Look<T> {
        Optional<T> run() throws IOException;
    }

    /**
     * While this holds, nothing is touched, and no collection runs. What is missing still comes back from the trash: it
     * only gets its place again, and without it a pull would fail.
     */
    public void pauseWhile(BooleanSupplier condition) {
        paused = condition;
    }

    /** Finds a file, also if a collection has moved it to the trash. */
    <T> Optional<T> find(NfsConnection connection, Path file, Look<T> look) throws IOException {
        Optional<T> found = look.run();
        if (found.isEmpty() && trash.rescueIfSeen(connection, file)) {
            return look.run();
        }
        return found;
    }

    /**
     * Makes sure that a file is not collected for half the grace time.
     *
     * @return false if the file is gone
     */
    boolean keep(NfsConnection connection, Path file, Dated found) throws IOException {
        if (isYoung(connection, found.modified())) {
            return true;
        }
        if (paused.getAsBoolean()) {
            failures.incrementAndGet();
            return true;
        }
        try {
            return renew(connection, file);
        } catch (FileSystemException e) {
            return toleratesFailure(file, e);
        }
    }

    /** The same for the link of a manifest, which collections may take only if they take manifests without a tag. */
    boolean keepManifest(NfsConnection connection, Path link, Dated found) throws IOException {
        return !takesManifests || keep(connection, link, found);
    }

    /** Gives a file that is about to become a blob a young time, because its last byte may have arrived long ago. */
    void refresh(NfsConnection connection, Path file) throws IOException {
        Optional<FileState> found = connection.state(file);
        if (found.isPresent() && !isYoung(connection, found.get().modified())) {
            connection.renew(file);
        }
    }

    private boolean renew(NfsConnection connection, Path file) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (connection.renew(file)) {
                return true;
            }
            if (!trash.rescue(connection, file)) {
                return false;
            }
        }
        return false;
    }

    private boolean isYoung(NfsConnection connection, FileTime modified) {
        return modified.toInstant().isAfter(connection.latestNow().minus(half));
    }

    /** Another user's file cannot be touched, and is not collected either. */
    private boolean toleratesFailure(Path file, FileSystemException e) {
        String reason = e.getReason() == null ? "" : e.getReason();
        if (!(e instanceof AccessDeniedException) && !reason.endsWith("Operation not permitted")) {
            failures.incrementAndGet();
        }
        if (reported.compareAndSet(false, true)) {
            LOG.warnf("Cannot set the time of files such as %s: %s", file, e.getMessage());
        }
        return true;
    }

    /** Begins to watch whether leases can be relied on. */
    Watch watch() {
        return new Watch(failures.get(), System.nanoTime());
    }

    /** The leases of one request, from its begin on. */
    public final class Watch {
        private final long failuresBefore;
        private final long begin;

        private Watch(long failuresBefore, long begin) {
            this.failuresBefore = failuresBefore;
            this.begin = begin;
        }

        /** Whether a file may not have been touched since, or so much time has gone by that its lease may end soon. */
        public boolean isBroken() {
            return failures.get() != failuresBefore
                    || System.nanoTime() - begin > half.dividedBy(2).toNanos();
        }
    }
}
