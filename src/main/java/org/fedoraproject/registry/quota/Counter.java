package org.fedoraproject.registry.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.QuotaFiles;
import org.jboss.logging.Logger;

/** Counts anew, on one instance at a time, when it is time. */
final class Counter {
    private static final Logger LOG = Logger.getLogger(Counter.class);

    /** By then all instances have read a new rule file, and tell of changes of what it limits. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofMinutes(1);

    /** A count on a refusal comes this long after the last one, or ten times as long as that took. */
    private static final Duration LEAST = Duration.ofMinutes(10);

    private static final int FACTOR = 10;

    /** More changes make the file long that an instance writes every second. */
    private static final int MAX_CHANGES = 20_000;

    private final Recount.Tree tree;
    private final QuotaConfig config;
    private final Supplier<Rules> rules;
    private final Usage usage;
    private final Exchange exchange;
    private final BooleanSupplier readOnly;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean requested;
    private volatile boolean wanted;
    private Rules known = Rules.NONE;
    private long knownSince = System.nanoTime();
    private Instant knownAt = Instant.EPOCH;
    private long triedAt = knownSince - RETRY.toNanos();
    private boolean warned;

    Counter(
            Recount.Tree tree,
            QuotaConfig config,
            Supplier<Rules> rules,
            Usage usage,
            Exchange exchange,
            BooleanSupplier readOnly) {
        this.tree = tree;
        this.config = config;
        this.rules = rules;
        this.usage = usage;
        this.exchange = exchange;
        this.readOnly = readOnly;
    }

    /** A push was refused, perhaps because something was counted twice since the last count. */
    void want() {
        wanted = true;
    }

    /** Counts if it is time; to be called every few seconds. */
    void runIfDue() {
        long now = System.nanoTime();
        Rules current = rules.get();
        if (current != known) {
            known = current;
            knownSince = now;
            knownAt = Instant.EPOCH;
            warned = false;
        }
        if (now - knownSince < SETTLED.toNanos() || now - triedAt < RETRY.toNanos() || readOnly.getAsBoolean()) {
            return;
        }
        Instant time = tree.files().now();
        if (knownAt.equals(Instant.EPOCH)) {
            knownAt = time;
        }
        if (isDue(time)) {
            attempt(() -> false).ifPresent(why -> LOG.infof("Did not count what repositories use: %s", why));
            triedAt = System.nanoTime();
        }
    }

    private boolean isDue(Instant now) {
        Count last = usage.count();
        Duration age = Duration.between(last.begin(), now);
        Duration pause = last.took().multipliedBy(FACTOR);
        return requested
                || age.isNegative() // the server's clock was ahead then
                || age.compareTo(config.countInterval()) >= 0
                || wanted && age.compareTo(pause.compareTo(LEAST) > 0 ? pause : LEAST) >= 0
                || usage.size() > MAX_CHANGES && age.compareTo(LEAST) >= 0
                || isMissing(last, age);
    }

    private boolean isMissing(Count last, Duration age) {
        if (usage.missing(known).isEmpty()) {
            return false;
        }
        boolean byOthers = last.begin().isAfter(knownAt);
        if (byOthers && !warned) {
            warned = true;
            LOG.warnf("Another instance has counted for other quotas; %s must be the same on all", QuotaConfig.RULES);
        }
        return !byOthers || age.compareTo(LEAST) >= 0;
    }

    /**
     * Counts now, in the caller's thread.
     *
     * @return why it did not; then it is done soon, on this or another instance. Never throws for a failure of the
     *     storage
     */
    Optional<String> count(BooleanSupplier stop) {
        requested = true;
        return attempt(stop);
    }

    private Optional<String> attempt(BooleanSupplier stop) {
        if (!running.compareAndSet(false, true)) {
            return Optional.of("a count is running");
        }
        try {
            if (readOnly.getAsBoolean()) {
                return Optional.of("the registry is read-only");
            }
            return tree.files().claim() ? claimed(stop) : Optional.of("another instance counts");
        } catch (RegistryException | NoSuchElementException e) { // also if somebody has deleted the directory
            LOG.error("The count of what repositories use failed; it is tried again", e);
            return Optional.of(e.getMessage());
        } finally {
            running.set(false);
        }
    }

    private Optional<String> claimed(BooleanSupplier stop) {
        try {
            Rules counted = rules.get();
            count(counted, () -> reasonToStop(counted, stop));
            return Optional.empty();
        } catch (Pace.StoppedException e) {
            return Optional.of(e.getMessage());
        } finally {
            boolean interrupted = Thread.interrupted(); // else no file could be opened
            tree.files().releaseClaim();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Optional<String> reasonToStop(Rules counted, BooleanSupplier stop) {
        if (stop.getAsBoolean()) {
            return Optional.of("it was told to stop");
        }
        if (readOnly.getAsBoolean()) {
            return Optional.of("the registry is read-only");
        }
        return rules.get() == counted ? Optional.empty() : Optional.of("the quotas have changed");
    }

    private void count(Rules counted, Supplier<Optional<String>> stop) {
        boolean request = requested;
        boolean wish = wanted;
        requested = false;
        wanted = false;
        boolean done = false;
        try {
            QuotaFiles files = tree.files();
            long begin = System.nanoTime();
            Epochs epochs = Epochs.parse(files.epoch()).next(usage.count(), files.now());
            LOG.infof(
                    "Counting what repositories use; quotas: %d", counted.all().size());
            exchange.run(); // so that what is new here does not count twice
            Instant until = files.putEpoch(epochs.toString());
            Pace pace = new Pace(config.operationsPerSecond(), stop, files::renewClaim);
            Recount.Result result = new Recount(tree, counted, until, pace).run();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            Count count = Count.of(epochs, until, took, counted, result);
            pace.retry(() -> publish(epochs, count));
            tidy(count, pace);
            LOG.infof("Counted what repositories use, in %d s", took.toSeconds());
            done = true;
        } finally {
            requested |= request && !done;
            wanted |= wish && !done;
        }
    }

    /** May be called again if it fails. */
    private Count publish(Epochs epochs, Count count) {
        QuotaFiles files = tree.files();
        Epochs now = Epochs.parse(files.epoch());
        if (!now.equals(epochs) && !now.equals(epochs.ended()) || !files.renewClaim()) {
            throw new Pace.StoppedException("another instance counts");
        }
        files.writeCount(count.lines());
        files.putEpoch(epochs.ended().toString());
        return count;
    }

    /** Deletes what the count has in it; what is left is deleted after the next one. */
    private void tidy(Count count, Pace pace) {
        QuotaFiles files = tree.files();
        try {
            for (String instance : files.changes()) {
                pace.step();
                files.changes(instance)
                        .filter(text -> Changes.parse(text).isBefore(count.epoch()))
                        .ifPresent(text -> files.deleteChanges(instance, text));
            }
            files.deleteMarks(count.begin(), pace::step);
        } catch (RegistryException | Pace.StoppedException e) {
            LOG.warnf("The count of what repositories use is done, but not tidied up: %s", e.getMessage());
        }
    }
}
