package org.fedoraproject.registry.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.fedoraproject.registry.auth.AuditLog;
import org.fedoraproject.registry.duty.Throttle;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Policy;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.RetentionStore;
import org.fedoraproject.registry.store.TagStore;

/** One run, repository by repository. For one thread. */
final class RetentionRun {
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int BATCH = 1000;

    /** How often the share and the caller are told how far the run is. */
    private static final long CHECKPOINT = TimeUnit.SECONDS.toNanos(5);

    private static final long PROGRESS = TimeUnit.MILLISECONDS.toNanos(500);

    /** A share that is slow for a moment, as at a failover, ends no run. */
    private static final int ATTEMPTS = 3;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Tree tree;
    private final Rules rules;
    private final Supplier<Optional<Policy>> policy;
    private final AuditLog audit;
    private final boolean dryRun;
    private final Consumer<RetentionProgress> progress;
    private final Throttle throttle;
    private final Supplier<Optional<String>> stop;
    private final Position position;
    private final Instant begin;
    private final String id;
    private final Counters counters = new Counters();
    private RunLog log;
    private long checkpoint = System.nanoTime();
    private long told = checkpoint - PROGRESS;

    /** What a run reads and changes. */
    record Tree(
            RepositoryStore repositories,
            TagStore tags,
            CreationTimes times,
            Manifests manifests,
            RetentionStore reports) {}

    /**
     * What starts a run.
     *
     * @param stop why the run shall stop; empty while it shall go on
     */
    record Request(
            boolean dryRun,
            int operationsPerSecond,
            Consumer<RetentionProgress> progress,
            Supplier<Optional<String>> stop) {}

    /** The run shall stop; the message says why. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private StoppedException(String message) {
            super(message);
        }
    }

    /** @param begin the present time by the file server's clock; ages count until then */
    RetentionRun(
            Tree tree, Rules rules, Supplier<Optional<Policy>> policy, AuditLog audit, Request request, Instant begin) {
        this.tree = tree;
        this.rules = rules;
        this.policy = policy;
        this.audit = audit;
        this.dryRun = request.dryRun();
        this.progress = request.progress();
        this.stop = request.stop();
        this.throttle =
                new Throttle(request.operationsPerSecond(), () -> stop.get().isPresent());
        this.position = new Position(tree.reports(), rules.version());
        this.begin = begin;
        this.id = ID.format(begin) + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    Tree tree() {
        return tree;
    }

    Counters counters() {
        return counters;
    }

    /**
     * Waits for its turn; to be called before each operation on the share.
     *
     * @throws StoppedException within about a second of the signal to stop
     */
    void awaitTurn() {
        goOnIf(throttle.pass(1));
    }

    private void goOnIf(boolean passed) {
        if (!passed) {
            throw new StoppedException(stop.get().orElse("the server stops"));
        }
    }

    RunLog log() {
        return log;
    }

    Instant begin() {
        return begin;
    }

    boolean isDry() {
        return dryRun;
    }

    boolean isImmutable(RepositoryName name, Tag tag) {
        return policy.get().filter(current -> current.isImmutable(name, tag)).isPresent();
    }

    void audit(RepositoryName name, Candidate candidate, int line) {
        audit.tell(
                true,
                new AuditLog.Entry()
                        .with("action", "delete")
                        .with("job", "retention")
                        .with("repository", name.value())
                        .with("reference", candidate.tag().value())
                        .with("digest", candidate.digest().toString())
                        .with("rule", line)
                        .with("id", id));
    }

    /** Runs until the end, or until something ends it; never throws for a failure of the storage. */
    RetentionReport run() {
        try {
            String after = dryRun ? "" : position.read();
            log = new RunLog(tree.reports(), tree.reports().logName(id), head(after));
            walk(after);
            return counters.failed == 0
                    ? end(RetentionStatus.COMPLETED, "")
                    : end(
                            RetentionStatus.INCOMPLETE,
                            "the storage failed for " + counters.failed + " tags or repositories");
        } catch (StoppedException e) {
            return end(RetentionStatus.STOPPED, e.getMessage());
        } catch (RegistryException e) {
            return end(RetentionStatus.FAILED, reason(e));
        }
    }

    private void walk(String after) {
        Page page = new Page(BATCH, after);
        while (true) {
            awaitTurn();
            Page.Entries<RepositoryName> names = tree.repositories().list(page);
            for (RepositoryName name : names.entries()) {
                visit(name);
            }
            if (!names.more()) {
                break;
            }
            page = new Page(BATCH, names.entries().getLast().value());
        }
        if (!dryRun) {
            position.clear();
        }
    }

    private void visit(RepositoryName name) {
        List<Rule> applying = rules.of(name);
        if (!applying.isEmpty()) {
            new RepositoryRun(this, name, applying).run();
        }
        counters.repositories++;
        position.finished(name);
        tell(name);
    }

    /** Tells the caller and the share how far the run is, now and then. */
    void tell(RepositoryName name) {
        long now = System.nanoTime();
        if (now - told > PROGRESS) {
            told = now;
            progress.accept(new RetentionProgress(name, counters.figures()));
        }
        if (now - checkpoint > CHECKPOINT) {
            checkpoint = now;
            save();
        }
    }

    private void save() {
        log.flush();
        if (!dryRun) {
            position.save();
        }
    }

    /**
     * Finds out whether the share works at all, after a failure.
     *
     * @throws RegistryException if it does not
     */
    void requireShare() {
        for (int attempt = 1; ; attempt++) {
            try {
                tree.reports().requireShare();
                save(); // a share that is full, or takes no writes, may still be read
                return;
            } catch (RegistryException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                goOnIf(throttle.pause(PAUSE));
            }
        }
    }

    private RetentionReport end(RetentionStatus status, String reason) {
        try {
            RetentionReport report = report(status, reason);
            if (log != null) {
                save();
                log.end(status + (reason.isEmpty() ? "" : ": " + reason) + " at " + report.end() + "; "
                        + report.figures());
                tree.reports().putReport(id, report.toJson());
            }
            return report;
        } catch (RegistryException e) {
            return report(RetentionStatus.FAILED, reason.isEmpty() ? reason(e) : reason);
        }
    }

    private RetentionReport report(RetentionStatus status, String reason) {
        return new RetentionReport(id, begin, Instant.now(), dryRun, status, reason, counters.figures());
    }

    private String head(String after) {
        return (dryRun ? "Dry run " : "Run ") + id + " with the rules\n"
                + rules.all().stream().map(rule -> "  " + rule + "\n").collect(Collectors.joining())
                + (after.isEmpty() ? "" : "continues the last run after " + after + "\n");
    }

    /** What a failure of the storage was. */
    static String reason(RegistryException failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure.getMessage() : cause.toString();
    }
}
