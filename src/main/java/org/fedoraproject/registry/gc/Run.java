package org.fedoraproject.registry.gc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.fedoraproject.registry.duty.Throttle;
import org.fedoraproject.registry.gc.CollectionProgress.Phase;
import org.fedoraproject.registry.gc.Counters.Count;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.CollectionFiles;
import org.fedoraproject.registry.store.Garbage;
import org.fedoraproject.registry.store.Garbage.Item;
import org.fedoraproject.registry.store.Garbage.Kind;
import org.fedoraproject.registry.store.RunFiles;
import org.fedoraproject.registry.store.RunFiles.Growing;
import org.jboss.logging.Logger;

/** What one collection has done so far, and its brakes. For one thread. */
final class Run {
    private static final Logger LOG = Logger.getLogger(Run.class);

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int ACTIONS_BUFFER = 64 * 1024;
    /** Of the list, in bytes. */
    private static final int MAX_ACTIONS = 16 * 1024 * 1024;
    /** On a full share. */
    private static final int MAX_UNSAVED = 1024 * 1024;

    /** One file or directory may fail for good; if so many do, the share does. */
    private static final int MAX_FAILURES_IN_A_ROW = 20;

    private final CollectionFiles files;
    private final RunFiles own;
    private final Garbage garbage;
    private final Throttle throttle;
    private final BooleanSupplier stop;
    private final Consumer<CollectionProgress> listener;
    private final Optional<CollectionReport> last;
    private final LiveSet live;
    private final Counters counters;
    private final String id;
    private final Instant begin;
    private final Duration grace;
    private final boolean dryRun;
    private final int owner;
    private final StringBuilder actions = new StringBuilder();
    private final long startedAt = System.nanoTime();
    private long actionsSaved;
    private long leftOut;
    private Phase phase;
    private String after;
    /** What was counted until then. */
    private Counters countedBefore;

    private double doneInPhase;
    private boolean isTakenOver;
    private int failuresInARow;
    private Optional<String> firstUnreadable = Optional.empty();
    private long checkedAt = System.nanoTime();
    private long renewedAt = System.nanoTime();
    private long savedAt = System.nanoTime();

    /** What a collection needs of its surroundings. */
    record Surroundings(
            CollectionFiles files,
            Garbage garbage,
            Throttle throttle,
            BooleanSupplier stop,
            Consumer<CollectionProgress> listener,
            Optional<CollectionReport> last) {}

    /** Begins, or continues where an interrupted one was. */
    Run(Surroundings around, RunState state, LiveSet live, int owner) {
        this.files = around.files();
        this.own = files.run(state.dryRun());
        this.garbage = around.garbage();
        this.throttle = around.throttle();
        this.stop = around.stop();
        this.listener = around.listener();
        this.last = around.last();
        this.owner = owner;
        this.id = state.id();
        this.begin = state.begin();
        this.grace = state.grace();
        this.dryRun = state.dryRun();
        this.phase = state.phase();
        this.after = state.after();
        this.actionsSaved = state.actions();
        this.leftOut = state.leftOut();
        this.counters = state.counters();
        this.countedBefore = counters.copy();
        this.live = live;
    }

    LiveSet live() {
        return live;
    }

    Counters counters() {
        return counters;
    }

    Phase phase() {
        return phase;
    }

    /** The last repository, or group of blobs, that is done. */
    String after() {
        return after;
    }

    /** What is not older than this is left alone. */
    Instant before() {
        return begin.minus(grace);
    }

    /**
     * Call before each file operation: waits for its turn.
     *
     * @throws StoppedException if the collection must end
     */
    void step() {
        if (!throttle.pass(1)) {
            throw new StoppedException("interrupted");
        }
        long now = System.nanoTime();
        if (now - checkedAt < CHECK_NANOS) {
            return;
        }
        checkedAt = now;
        listener.accept(progress());
        if (stop.getAsBoolean()) {
            throw new StoppedException("told to stop");
        }
        if (now - renewedAt > RENEW_NANOS) {
            renewedAt = now;
            isTakenOver = !files.renewClaim();
            if (isTakenOver) {
                throw new StoppedException("another instance has taken over");
            }
        }
    }

    /** Goes on to the next phase. */
    void begin(Phase next) {
        phase = next;
        after = "";
        countedBefore = counters.copy();
        doneInPhase = 0;
        save();
    }

    /**
     * Notes that a repository, or a group of blobs, is done; saves that every now and then, so that a later run can go
     * on from there.
     *
     * @param part of the phase that is done, from 0 to 1
     */
    void finished(String what, double part) {
        after = what;
        countedBefore = counters.copy();
        doneInPhase = part;
        if (System.nanoTime() - savedAt > SAVE_NANOS) {
            save();
        }
    }

    private void save() {
        savedAt = System.nanoTime();
        unlessFull(() -> {
            saveActions();
            live.save().ifPresent(saved -> own.putState(state(saved).toJson()));
        });
    }

    private RunState state(LiveSet.Saved saved) {
        return new RunState(
                id,
                begin,
                Instant.now(),
                grace,
                dryRun,
                phase,
                after,
                saved,
                actionsSaved,
                leftOut,
                counters.withLooksOf(countedBefore));
    }

    /** On a full share, a collection goes on without its state: if it is interrupted, it is repeated. */
    private void unlessFull(Runnable write) {
        try {
            write.run();
        } catch (RegistryException e) {
            if (e.code() != ErrorCode.STORAGE_FULL) {
                throw e;
            }
            LOG.debug("The share is full, so the state of the collection is not kept", e);
        }
    }

    /** Moves an item that nothing needs to the trash, if it is old. */
    void trash(Item item) {
        trash(item, before(), "no manifest needs it");
    }

    /** Moves a manifest that has no tag to the trash, if it was not in use for this time, and for the grace time. */
    void trashUntagged(Item manifest, Duration unused) {
        trash(manifest, untaggedBefore(unused), "it has no tag");
    }

    /** Whether a manifest was in use so lately that it needs no tag; also if it is another user's. */
    boolean isInUse(Item manifest, Duration unused) {
        return garbage.isInUse(manifest, untaggedBefore(unused), owner);
    }

    private Instant untaggedBefore(Duration unused) {
        return begin.minus(unused.compareTo(grace) > 0 ? unused : grace);
    }

    private void trash(Item item, Instant before, String why) {
        attempt(item.toString(), () -> one(() -> trashNow(item, before, why)));
    }

    private void trashNow(Item item, Instant before, String why) {
        step();
        Optional<Long> size = garbage.collectable(item, before, owner);
        if (size.isEmpty()) {
            tidy(() -> garbage.tidy(item)); // it may be a directory without a file
            return;
        }
        if (!dryRun) {
            step();
            if (!garbage.trash(item, before)) {
                return;
            }
        }
        switch (item.kind()) {
            case BLOB -> {
                counters.add(Count.TRASHED_BLOBS, 1);
                counters.add(Count.TRASHED_BYTES, size.get());
            }
            case LINK -> counters.add(Count.TRASHED_LINKS, 1);
            case MANIFEST -> counters.add(Count.UNTAGGED, 1);
        }
        note("trashed " + item + ", " + size.get() + " bytes: " + why + ", not in use since " + before);
    }

    /**
     * Deletes an item from the trash that nothing needs, if it came there long ago.
     *
     * @return whether it was deleted
     */
    boolean purge(Item item) {
        return purge(item, before());
    }

    /**
     * The same for a manifest that has no tag, if it was in the trash for as long as it may be unused: whoever asks for it
     * takes it out of there, also on an instance that does not touch manifests in use.
     */
    boolean purgeUntagged(Item manifest, Duration unused) {
        return purge(manifest, untaggedBefore(unused));
    }

    private boolean purge(Item item, Instant before) {
        boolean[] purged = new boolean[1];
        attempt(item.toString(), () -> one(() -> purged[0] = purgeNow(item, before)));
        return purged[0];
    }

    private boolean purgeNow(Item item, Instant before) {
        step();
        Optional<Long> size = garbage.purgeable(item, before);
        if (size.isEmpty()) {
            tidy(() -> garbage.tidy(item)); // it may have been moved back
            return false;
        }
        if (!dryRun && !garbage.purge(item, before)) {
            return false;
        }
        boolean blob = item.kind() == Kind.BLOB;
        counters.add(blob ? Count.PURGED_BLOBS : Count.PURGED_LINKS, 1);
        counters.add(Count.PURGED_BYTES, blob ? size.get() : 0);
        note("purged " + item + ", " + size.get() + " bytes: still nothing needs it");
        return !dryRun;
    }

    /** Removes empty directories, unless this is a dry run. */
    void tidy(Runnable remove) {
        if (!dryRun) {
            step();
            remove.run();
        }
    }

    /** Moves an item that is needed back from the trash. */
    void restore(Item item) {
        attempt(item.toString(), () -> one(() -> restoreNow(item)));
    }

    private void restoreNow(Item item) {
        step();
        if (!dryRun && garbage.restore(item, before())) {
            counters.add(Count.RESTORED, 1);
            note("restored " + item + ": it is needed");
        }
    }

    /**
     * Does something that this collection can do without: if it fails, that is counted and noted.
     *
     * @throws RegistryException if the share as a whole seems to fail
     */
    void attempt(String what, Runnable action) {
        try {
            action.run();
        } catch (RegistryException e) {
            requireShare(e);
            counters.add(Count.FAILED, 1);
            note("failed: " + what + ": " + reason(e));
        }
    }

    /**
     * Does something without which it is unknown what some manifests need; if it fails, no blob is collected.
     *
     * @return whether it was done
     * @throws RegistryException if the share as a whole seems to fail
     */
    boolean tryToRead(String what, Runnable action) {
        try {
            action.run();
            return true;
        } catch (RegistryException e) {
            requireShare(e);
            unreadable(what + ": " + reason(e));
            return false;
        }
    }

    /** Does something with one file; a success shows that the share as a whole works. */
    void one(Runnable action) {
        int before = failuresInARow;
        action.run();
        if (failuresInARow == before) { // nothing inside has failed
            failuresInARow = 0;
        }
    }

    private void requireShare(RegistryException failure) {
        if (failure.code() == ErrorCode.STORAGE_FULL) {
            return; // not even room for a directory in the trash; deleting from the trash makes some
        }
        files.requireShare();
        failuresInARow++;
        if (failuresInARow >= MAX_FAILURES_IN_A_ROW) {
            throw failure;
        }
    }

    private static String reason(RegistryException e) {
        return e.getCause() == null ? e.getMessage() : e.getCause().toString();
    }

    /** Notes that it is unknown what some manifests need; no blob is collected then. */
    void unreadable(String what) {
        counters.add(Count.UNREADABLE, 1);
        note("unreadable: " + what);
        LOG.warnf("The collection takes no blob, for it cannot read everything: %s", what);
        firstUnreadable = firstUnreadable.or(() -> Optional.of(what));
    }

    /** What made this run, or one that it continues, incomplete; empty if only the one that it continues knows. */
    Optional<String> firstUnreadable() {
        return firstUnreadable;
    }

    /** Adds a line to the list of actions. */
    void note(String line) {
        if (actionsSaved + actions.length() > MAX_ACTIONS || actions.length() > MAX_UNSAVED) {
            leftOut++;
            return;
        }
        actions.append(dryRun ? "dry run: " : "").append(line).append('\n');
        if (actions.length() > ACTIONS_BUFFER) {
            unlessFull(this::saveActions);
        }
    }

    private void saveActions() {
        if (!actions.isEmpty()) {
            byte[] bytes = actions.toString().getBytes(StandardCharsets.UTF_8);
            own.append(Growing.ACTIONS, actionsSaved, ByteBuffer.wrap(bytes));
            actionsSaved += bytes.length;
            actions.setLength(0);
        }
    }

    /**
     * Ends before everything is done: tells that on the share, until the run that continues this one replaces the report.
     * Never throws for a failure of the storage, because that may be the reason.
     */
    CollectionReport interrupt(CollectionStatus status, String reason) {
        CollectionReport report = report(status, reason);
        try {
            if (!isTakenOver && files.renewClaim()) { // otherwise another instance goes on, and reports
                save();
                files.putReport(id, ReportJson.write(report, counters));
            }
        } catch (RegistryException e) {
            LOG.warn("The report of a collection that did not end could not be kept", e);
        }
        return report;
    }

    private CollectionReport report(CollectionStatus status, String reason) {
        counters.set(Count.LIVE_BLOBS, live.size());
        return new CollectionReport(id, begin, Instant.now(), dryRun, status, reason, counters.figures());
    }

    /** Ends, and keeps the report. */
    CollectionReport finish(CollectionStatus status, String reason) {
        CollectionReport report = report(status, reason);
        if (leftOut > 0) {
            actions.append(leftOut).append(" more lines are left out\n");
        }
        unlessFull(this::saveActions);
        try {
            files.finish(own, id, ReportJson.write(report, counters));
        } catch (RegistryException e) {
            own.forget(); // it has ended all the same
            LOG.warnf("The report of the collection cannot be kept: %s", reason(e));
        }
        return report;
    }

    private CollectionProgress progress() {
        double done = done();
        Duration spent = Duration.ofNanos(System.nanoTime() - startedAt);
        Optional<Duration> left = done < 0.01
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) (spent.toMillis() * (1 - done) / done)));
        return new CollectionProgress(phase, counters.figures(), done, left);
    }

    /** Marking takes most of the time, because it reads manifests. */
    private double done() {
        return switch (phase) {
            case MARK -> {
                long before =
                        last.map(report -> report.figures().repositories()).orElse(0L);
                yield before == 0 ? 0 : 0.6 * Math.min(1, (double) counters.get(Count.REPOSITORIES) / before);
            }
            case SWEEP -> 0.6 + 0.3 * doneInPhase;
            case PURGE -> 0.9 + 0.1 * doneInPhase;
        };
    }
}
