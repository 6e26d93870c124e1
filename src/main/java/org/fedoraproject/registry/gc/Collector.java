package org.fedoraproject.registry.gc;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.duty.Throttle;
import org.fedoraproject.registry.gc.CollectionProgress.Phase;
import org.fedoraproject.registry.gc.Counters.Count;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.CollectionFiles;
import org.fedoraproject.registry.store.Garbage;
import org.fedoraproject.registry.store.Garbage.Item;
import org.fedoraproject.registry.store.GraceRecords;
import org.fedoraproject.registry.store.LeaseConfig;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.RunFiles;
import org.fedoraproject.registry.store.TagStore;
import org.jboss.logging.Logger;

/**
 * Collects garbage while clients push and pull, on any instance.
 *
 * <ol>
 *   <li>Mark: reads all manifests and notes what they need. Moves links that no manifest of their repository needs to
 *       the trash.
 *   <li>Sweep: moves blobs that no manifest needs to the trash.
 *   <li>Purge: deletes from the trash what an earlier collection put there; moves back what is needed.
 * </ol>
 *
 * <p>Only what is older than the begin of the collection, less the grace time, is moved or deleted. Whoever tells a
 * client that something exists makes it younger, see {@link org.fedoraproject.registry.store.Leases}; so a manifest that
 * is pushed after the begin needs nothing that is old. What is deleted was found needless twice: when it was moved to the
 * trash, and by a collection that began at least the grace time later.
 */
@Singleton
public class Collector {
    private static final Logger LOG = Logger.getLogger(Collector.class);
    private static final int BATCH = 1000;
    private static final int GROUP_BATCH = 10_000;
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final String FULL =
            "the share is so full that it does not take the few small files that a collection"
                    + " needs: delete something, such as the oldest reports in .gc/reports";

    /** An interrupted collection is continued, however old it is, unless it has rested for longer. */
    private static final Duration MAX_REST = Duration.ofDays(30);

    private final Garbage garbage;
    private final CollectionFiles files;
    private final RepositoryStore repositories;
    private final TagStore tags;
    private final ReferrerStore referrers;
    private final CollectionConfig config;
    private final Duration grace;
    private final GraceRecords graces;
    private final Optional<Duration> untaggedAfter;
    private final BooleanSupplier readOnly;
    private final AtomicBoolean running = new AtomicBoolean();

    @Inject
    public Collector(
            Garbage garbage,
            CollectionFiles files,
            RepositoryStore repositories,
            TagStore tags,
            ReferrerStore referrers,
            CollectionConfig config,
            LeaseConfig leases,
            GraceRecords graces,
            Switches switches) {
        this(
                garbage,
                files,
                repositories,
                tags,
                referrers,
                config,
                leases,
                graces,
                () -> switches.isOn(Switch.READ_ONLY));
    }

    Collector(
            Garbage garbage,
            CollectionFiles files,
            RepositoryStore repositories,
            TagStore tags,
            ReferrerStore referrers,
            CollectionConfig config,
            LeaseConfig leases,
            GraceRecords graces,
            BooleanSupplier readOnly) {
        this.garbage = garbage;
        this.files = files;
        this.repositories = repositories;
        this.tags = tags;
        this.referrers = referrers;
        this.config = config;
        this.grace = leases.grace();
        this.graces = graces;
        this.untaggedAfter = leases.untaggedAfter();
        this.readOnly = readOnly;
    }

    /**
     * Runs one collection, in the caller's thread, for as long as it takes. Continues the last one if that did not end.
     * One at a time in the cluster; a second one is refused. Two do no harm.
     *
     * @param progress called every now and then
     * @param stop asked every now and then; if true, the collection ends soon, and the next one continues it
     * @return how it went; never throws for a failure of the storage
     */
    public CollectionReport run(
            CollectionRequest request, Consumer<CollectionProgress> progress, BooleanSupplier stop) {
        // The claim on the share tells instances apart, and not two runs of one instance
        if (!running.compareAndSet(false, true)) {
            return ended(request, CollectionStatus.REFUSED, "another collection is running on this instance");
        }
        try {
            return alone(request, progress, stop);
        } finally {
            running.set(false);
        }
    }

    private CollectionReport alone(
            CollectionRequest request, Consumer<CollectionProgress> progress, BooleanSupplier stop) {
        try {
            Optional<String> refusal = refusal(request);
            if (refusal.isPresent()) {
                return ended(request, CollectionStatus.REFUSED, refusal.get());
            }
            if (!claim()) {
                return ended(request, CollectionStatus.REFUSED, "another collection is running");
            }
            try {
                return claimed(
                        request,
                        progress,
                        () -> stop.getAsBoolean() || refusal(request).isPresent());
            } finally {
                files.releaseClaim();
                reserve();
            }
        } catch (RegistryException e) {
            return e.code() == ErrorCode.STORAGE_FULL
                    ? ended(request, CollectionStatus.REFUSED, FULL)
                    : ended(request, CollectionStatus.FAILED, e.getMessage());
        }
    }

    private boolean claim() {
        try {
            return files.claim();
        } catch (RegistryException e) {
            if (e.code() != ErrorCode.STORAGE_FULL || !files.useReserve()) {
                throw e;
            }
            return files.claim();
        }
    }

    private void reserve() {
        try {
            files.reserve();
        } catch (RegistryException e) {
            LOG.debug("There is no room for the next collection on a full share", e);
        }
    }

    /** How the last collection on this share went, on any instance; empty if there was none. */
    public Optional<CollectionReport> last() {
        return reports().findFirst();
    }

    /** The newest first; each is read when it is needed. */
    private Stream<CollectionReport> reports() {
        return files.reports().stream().flatMap(id -> files.report(id).flatMap(ReportJson::parse).stream());
    }

    /** While the registry is read-only, nobody can show what is in use. */
    private Optional<String> refusal(CollectionRequest request) {
        if (!config.enabled() && !request.dryRun()) {
            return Optional.of("registry.gc.enabled is false");
        }
        return readOnly.getAsBoolean() ? Optional.of("the registry is read-only") : files.refusal(grace.dividedBy(4));
    }

    private static CollectionReport ended(CollectionRequest request, CollectionStatus status, String reason) {
        Instant now = Instant.now();
        return new CollectionReport("", now, now, request.dryRun(), status, reason, new Counters().figures());
    }

    private CollectionReport claimed(
            CollectionRequest request, Consumer<CollectionProgress> progress, BooleanSupplier stop) {
        CollectionFiles.Probe probe = files.probe();
        if (!probe.notesRenames()) {
            return ended(
                    request, CollectionStatus.REFUSED, "the share does not note when a file was renamed (its ctime)");
        }
        Optional<CollectionReport> last = reports()
                .filter(report -> report.status() == CollectionStatus.COMPLETED)
                .findFirst();
        Throttle throttle = new Throttle(config.operationsPerSecond(), () -> false); // the run asks by itself
        Run run = begin(new Run.Surroundings(files, garbage, throttle, stop, progress, last), request, probe);
        try {
            collect(run);
            Optional<String> incomplete = incomplete(run);
            return run.finish(
                    incomplete.isPresent() ? CollectionStatus.INCOMPLETE : CollectionStatus.COMPLETED,
                    incomplete.orElse(""));
        } catch (StoppedException e) {
            return run.interrupt(CollectionStatus.STOPPED, e.getMessage());
        } catch (RegistryException e) {
            LOG.error("The collection failed; the next one continues it", e);
            return run.interrupt(CollectionStatus.FAILED, e.getMessage());
        }
    }

    private static Optional<String> incomplete(Run run) {
        if (run.counters().get(Count.UNREADABLE) > 0) {
            return Optional.of(run.firstUnreadable().orElse("something could not be read") + "; no blob was collected");
        }
        long failed = run.counters().get(Count.FAILED);
        return failed == 0
                ? Optional.empty()
                : Optional.of(failed + " files or directories failed, and were left alone");
    }

    /** Continues an interrupted collection, or begins anew. */
    private Run begin(Run.Surroundings around, CollectionRequest request, CollectionFiles.Probe probe) {
        Instant now = probe.now();
        Duration longest = graces.longest(grace, now);
        if (!longest.equals(grace)) {
            LOG.warnf("Uses the grace time of another instance, %s, which is longer than %s here", longest, grace);
        }
        RunFiles own = files.run(request.dryRun());
        Optional<RunState> interrupted = own.state()
                .flatMap(RunState::parse)
                .filter(state -> state.grace().equals(longest) && state.saved().isAfter(now.minus(MAX_REST)));
        if (interrupted.isPresent()) {
            Optional<LiveSet> live = LiveSet.load(own, interrupted.get().live());
            if (live.isPresent()) {
                LOG.infof("Continues the collection of %s", interrupted.get().begin());
                return new Run(around, interrupted.get(), live.get(), probe.owner());
            }
            LOG.warn("Begins a collection anew, for the list of what is needed is damaged");
        }
        own.forget();
        RunState fresh = new RunState(
                ID.format(now),
                now,
                now,
                longest,
                request.dryRun(),
                Phase.MARK,
                "",
                LiveSet.NOTHING,
                0,
                0,
                new Counters());
        return new Run(around, fresh, new LiveSet(own), probe.owner());
    }

    private void collect(Run run) {
        if (run.phase() == Phase.MARK) {
            mark(run);
            run.begin(Phase.SWEEP);
        }
        boolean complete = run.counters().get(Count.UNREADABLE) == 0;
        if (run.phase() == Phase.SWEEP) {
            if (complete) {
                sweep(run);
            }
            run.begin(Phase.PURGE);
        }
        if (complete) {
            purge(run);
            run.attempt("empty directories of blobs", () -> run.tidy(garbage.emptyDirectories()::removeGroups));
        }
    }

    private void mark(Run run) {
        Set<String> links = new HashSet<>();
        Consumer<String> onLink = link -> {
            if (links.add(link)) {
                run.unreadable(link + " is a symbolic link, and what is behind it is not looked at");
            }
        };
        new Page(BATCH, run.after()).forEach(page -> repositories.list(page, onLink), RepositoryName::value, name -> {
            new RepositoryMark(run, garbage, tags, referrers, name, untaggedAfter).mark();
            run.finished(name.value(), 0);
        });
    }

    private interface EachBlob {
        void use(Item item);
    }

    private interface Listing {
        Page.Entries<Digest> page(Digest.Algorithm algorithm, String group, Page page);
    }

    private void sweep(Run run) {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            forEach(run, algorithm, garbage.groups(algorithm), garbage::blobs, blob -> {
                run.counters().add(Count.BLOBS, 1);
                if (!run.live().contains(blob.digest())) {
                    run.trash(blob);
                }
            });
        }
    }

    private void purge(Run run) {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            forEach(run, algorithm, garbage.trashedGroups(algorithm), garbage::trashedBlobs, blob -> {
                if (run.live().contains(blob.digest())) {
                    run.restore(blob);
                } else {
                    run.purge(blob);
                }
            });
        }
    }

    /** Goes through the groups that are not done yet. */
    private static void forEach(
            Run run, Digest.Algorithm algorithm, List<String> groups, Listing listing, EachBlob each) {
        for (int i = 0; i < groups.size(); i++) {
            String group = groups.get(i);
            String place = algorithm + "/" + group;
            if (place.compareTo(run.after()) <= 0) {
                continue;
            }
            run.attempt("the directory " + place, () -> forEach(run, algorithm, group, listing, each));
            run.finished(place, (i + 1.0) / groups.size());
        }
    }

    private static void forEach(Run run, Digest.Algorithm algorithm, String group, Listing listing, EachBlob each) {
        new Page(GROUP_BATCH, "")
                .forEach(
                        page -> {
                            run.step();
                            return listing.page(algorithm, group, page);
                        },
                        Digest::hex,
                        digest -> each.use(Item.blob(digest)));
    }
}
