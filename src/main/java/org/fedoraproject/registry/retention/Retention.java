package org.fedoraproject.registry.retention;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.fedoraproject.registry.auth.AuditLog;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.repository.Manifests;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.RetentionStore;
import org.fedoraproject.registry.store.TagStore;

/**
 * Deletes tags by the rules of a file, on any instance, while clients push and pull. Manifests stay, for garbage
 * collection. A tag is deleted only if it still names the manifest that was judged. Two runs at once do no harm.
 */
@Singleton
public class Retention {
    /** A host whose clock is off by more, or a file server whose is, may think that new images are old. */
    private static final Duration MAX_SKEW = Duration.ofHours(1);

    private final RetentionConfig config;
    private final CurrentRules rules;
    private final RetentionRun.Tree tree;
    private final CurrentPolicy policies;
    private final AuditLog audit;
    private final Switches switches;
    private final InstantSource clock;

    @Inject
    public Retention(
            RetentionConfig config,
            CurrentRules rules,
            RepositoryStore repositories,
            TagStore tags,
            BlobStore blobs,
            LinkStore links,
            RetentionStore reports,
            Manifests manifests,
            CurrentPolicy policies,
            AuditLog audit,
            Switches switches) {
        this(
                config,
                rules,
                new RetentionRun.Tree(repositories, tags, new CreationTimes(blobs, links), manifests, reports),
                policies,
                audit,
                switches,
                InstantSource.system());
    }

    Retention(
            RetentionConfig config,
            CurrentRules rules,
            RetentionRun.Tree tree,
            CurrentPolicy policies,
            AuditLog audit,
            Switches switches,
            InstantSource clock) {
        this.config = config;
        this.rules = rules;
        this.tree = tree;
        this.policies = policies;
        this.audit = audit;
        this.switches = switches;
        this.clock = clock;
    }

    /**
     * Runs once, in the caller's thread, for as long as it takes. Continues the last run if that did not end and the
     * rules are the same; a dry run begins with the first repository. Refused if there are no rules, or if the file of
     * the rules or of the policy has a mistake. Stops when the rules change or the registry becomes read-only.
     *
     * @param dryRun whether it only reports what it would delete
     * @param progress called every now and then
     * @param stop asked before each operation on the share; if true, the run ends within about a second
     * @return how it went; never throws for a failure of the storage
     */
    public RetentionReport run(boolean dryRun, Consumer<RetentionProgress> progress, BooleanSupplier stop) {
        Instant begin = clock.instant();
        Optional<String> refusal;
        try {
            refusal = refusal(dryRun);
            if (refusal.isEmpty()) {
                begin = tree.reports().now();
                refusal = refusalOfClock(begin);
            }
        } catch (RegistryException e) {
            return notBegun(begin, dryRun, RetentionStatus.FAILED, RetentionRun.reason(e));
        }
        if (refusal.isPresent()) {
            return notBegun(begin, dryRun, RetentionStatus.REFUSED, refusal.get());
        }
        Rules current = rules.current().orElseThrow();
        RetentionRun.Request request = new RetentionRun.Request(
                dryRun, config.operationsPerSecond(), progress, () -> reasonToStop(dryRun, current, stop));
        return new RetentionRun(tree, current, policies::current, audit, request, begin).run();
    }

    /**
     * How the last run on this share went, on any instance; empty if there was none.
     *
     * @throws RegistryException of the storage
     */
    public Optional<RetentionReport> last() {
        RetentionStore reports = tree.reports();
        return reports.reports().stream()
                .flatMap(id -> reports.report(id).flatMap(RetentionReport::parse).stream())
                .findFirst();
    }

    private Optional<String> refusal(boolean dryRun) {
        rules.reload();
        if (rules.current().isEmpty()) {
            return Optional.of(RetentionConfig.RULES + " is not set");
        }
        if (rules.fault().isPresent()) {
            return rules.fault();
        }
        if (!policies.isCurrent()) {
            return Optional.of("the file of registry.auth.policy has a mistake, and it may say what is immutable");
        }
        return !dryRun && switches.isOn(Switch.READ_ONLY)
                ? Optional.of(Switch.READ_ONLY.key() + " is on")
                : Optional.empty();
    }

    private Optional<String> refusalOfClock(Instant ofServer) {
        Duration skew = Duration.between(clock.instant(), ofServer);
        return skew.abs().compareTo(MAX_SKEW) > 0
                ? Optional.of("the clocks of this host and of the file server differ by " + skew.abs())
                : Optional.empty();
    }

    private Optional<String> reasonToStop(boolean dryRun, Rules begun, BooleanSupplier stop) {
        if (stop.getAsBoolean()) {
            return Optional.of("it was told to stop");
        }
        if (!dryRun && switches.isOn(Switch.READ_ONLY)) {
            return Optional.of(Switch.READ_ONLY.key() + " is on");
        }
        return rules.current().filter(now -> now.equals(begun)).isEmpty()
                ? Optional.of("the rules have changed")
                : Optional.empty();
    }

    private RetentionReport notBegun(Instant begin, boolean dryRun, RetentionStatus status, String reason) {
        return new RetentionReport("", begin, clock.instant(), dryRun, status, reason, new Counters().figures());
    }
}
