package org.fedoraproject.registry.scrub;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.fedoraproject.registry.duty.Throttle;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.ScrubFiles;
import org.fedoraproject.registry.store.TreeScan;
import org.jboss.logging.Logger;

/**
 * One run of a scrub: first the blobs in the trash, then those in the tree, in the order of their digests, then the
 * repositories, in the catalog's order. In this order, it also reads what comes back from the trash meanwhile.
 * Every few seconds, it writes to the share how far it is.
 */
final class ScrubRun {
    private static final Logger LOG = Logger.getLogger(ScrubRun.class);

    private static final Duration CHECKPOINT = Duration.ofSeconds(5);
    /** What reading a link counts for, beside the bytes of blobs. */
    private static final int LINK_BYTES = 4096;

    /** Also of repairs. */
    private static final int MAX_PROBLEMS = 1000;

    private static final int BATCH = 1000;
    /** A search for the repository of a blob reads as many links as there are repositories. */
    private static final int MAX_REPAIRED_NOW = 100;

    private static final int MAX_REPOSITORIES_ASKED = 3;
    private static final double BLOBS_SHARE = 0.9;
    private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

    private static final String TRASH = "trash ";
    private static final String BLOBS = "blobs ";
    private static final String REPOSITORIES = "repositories ";

    private final TreeScan tree;
    private final RepositoryStore repositories;
    private final ReferrerStore referrers;
    private final ScrubFiles files;
    private final Function<RepositoryName, Predicate<Descriptor>> neededChildren;
    private final Optional<Repairs> repairs;
    private final ScrubRequest request;
    private final Consumer<ScrubProgress> progress;
    private final Supplier<String> stopReason;
    private final Throttle throttle;

    private String id = "";
    private Instant begin = Instant.now();
    private String position = "";
    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final List<String> problems = new ArrayList<>();
    private final List<String> repairLines = new ArrayList<>();
    private Set<Digest> quarantined = Set.of();

    private final long started = System.nanoTime();
    private long saved = System.nanoTime();
    private double done;
    private double doneAtStart = -1;
    private boolean lostClaim;
    private int repairedNow;

    ScrubRun(
            TreeScan tree,
            RepositoryStore repositories,
            ReferrerStore referrers,
            ScrubFiles files,
            Function<RepositoryName, Predicate<Descriptor>> neededChildren,
            Optional<Repairs> repairs,
            ScrubRequest request,
            Consumer<ScrubProgress> progress,
            BooleanSupplier stop,
            Supplier<String> stopReason) {
        this.tree = tree;
        this.repositories = repositories;
        this.referrers = referrers;
        this.files = files;
        this.neededChildren = neededChildren;
        this.repairs = repairs;
        this.request = request;
        this.progress = progress;
        this.stopReason = stopReason;
        this.throttle = new Throttle(request.bytesPerSecond(), () -> lostClaim || stop.getAsBoolean());
    }

    ScrubReport run() {
        try {
            resume();
            boolean complete = quarantine()
                    && blobs(TreeScan.Place.TRASH, TRASH, BLOBS)
                    && blobs(TreeScan.Place.TREE, BLOBS, REPOSITORIES)
                    && repositories();
            if (!complete) {
                save();
                return end(ScrubStatus.STOPPED, lostClaim ? "another instance runs a scrub" : stopReason.get());
            }
            ScrubReport report = end(ScrubStatus.COMPLETED, "");
            files.delete(state());
            return report;
        } catch (RegistryException e) {
            return failed(Scrubber.reason(e));
        }
    }

    private ScrubReport failed(String reason) {
        ScrubReport report = report(ScrubStatus.FAILED, reason);
        try {
            files.put(state(), report(ScrubStatus.RUNNING, "").toJson());
            files.putReport(id, report.toJson());
        } catch (RegistryException e) {
            LOG.warnf("The report of the scrub cannot be written: %s", Scrubber.reason(e));
        }
        return report;
    }

    private ScrubReport end(ScrubStatus status, String reason) {
        ScrubReport report = report(status, reason);
        files.putReport(id, report.toJson());
        return report;
    }

    private ScrubReport report(ScrubStatus status, String reason) {
        return new ScrubReport(
                id, begin, Instant.now(), request.dryRun(), status, reason, position, counts, problems, repairLines);
    }

    private String state() {
        return request.dryRun() ? "state-dry" : "state";
    }

    private void resume() {
        Optional<ScrubReport> before = files.text(state()).flatMap(ScrubRun::parsed);
        if (before.isEmpty()) {
            id = begin.toString().replace(":", "") + "-"
                    + UUID.randomUUID().toString().substring(0, 8);
            save();
            return;
        }
        id = before.get().id();
        begin = before.get().begin();
        position = before.get().position();
        counts.putAll(before.get().counts());
        problems.addAll(before.get().problems());
        repairLines.addAll(before.get().repairs());
        LOG.infof("The scrub that began at %s goes on after %s", begin, position);
    }

    private static Optional<ScrubReport> parsed(String text) {
        try {
            return Optional.of(ScrubReport.parse(text));
        } catch (RuntimeException e) {
            LOG.warnf("The scrub begins anew, since its state cannot be read: %s", e.getMessage());
            return Optional.empty();
        }
    }

    /** Returns false if it was told to stop. */
    private boolean quarantine() {
        if (!request.dryRun()) {
            for (Digest digest : tree.quarantined()) {
                tree.heal(digest, throttle::pass);
            }
        }
        return throttle.pass(LINK_BYTES);
    }

    /**
     * Reads all blobs of a place.
     *
     * @param begins what the positions in it begin with
     * @param next the same for what follows
     */
    private boolean blobs(TreeScan.Place place, String begins, String next) {
        if (!position.isEmpty() && !position.startsWith(begins)) {
            return true; // an earlier run has been there
        }
        String last = position.isEmpty() ? "" : position.substring(begins.length());
        double part = place == TreeScan.Place.TREE ? BLOBS_SHARE : 0;
        List<String> shards = tree.shards(place);
        for (int i = 0; i < shards.size(); i++) {
            String shard = shards.get(i);
            if (last.compareTo(shard) > 0 && !last.startsWith(shard + "/")) {
                continue;
            }
            List<String> names = tree.blobs(place, shard);
            for (int n = 0; n < names.size(); n++) {
                String here = shard + "/" + names.get(n);
                if (here.compareTo(last) > 0) {
                    advance(part * (i + (double) n / names.size()) / shards.size());
                    if (!throttle.pass(LINK_BYTES) || !blob(place, shard, names.get(n))) {
                        return false;
                    }
                    position = begins + here;
                }
            }
        }
        position = next;
        return true;
    }

    /** Returns false if it was told to stop. */
    private boolean blob(TreeScan.Place place, String shard, String name) {
        long[] bytes = new long[1];
        TreeScan.CheckedBlob checked;
        try {
            checked = tree.check(place, shard, name, !request.dryRun(), count -> {
                bytes[0] += count;
                return goOn(count);
            });
        } catch (RegistryException e) {
            problem("blob " + name + ": cannot be read: " + reasonIfShareIsThere(e));
            return true;
        }
        if (checked.state() == TreeScan.State.STOPPED) {
            return false;
        }
        if (checked.state() != TreeScan.State.GONE) {
            add(Count.BLOBS, 1);
            add(Count.BYTES, bytes[0]);
        }
        if (checked.state() == TreeScan.State.CORRUPT) {
            add(Count.CORRUPT, 1);
            problem(checked.path() + ": " + checked.fault());
            return place == TreeScan.Place.TRASH
                    || checked.taken().isEmpty()
                    || repairNow(checked.taken().get());
        }
        return true;
    }

    /**
     * Repairs a corrupt blob at once, because the repositories come much later, and until then clients get 404. What fails
     * is tried again there. Returns false if it was told to stop.
     */
    private boolean repairNow(Digest digest) {
        if (repairs.isEmpty() || repairedNow == MAX_REPAIRED_NOW) {
            return true;
        }
        repairedNow++;
        int[] left = {MAX_REPOSITORIES_ASKED};
        try {
            new Page(BATCH, "")
                    .forEach(
                            page -> left[0] > 0 ? repositories.list(page) : new Page.Entries<>(List.of(), false),
                            RepositoryName::value,
                            name -> {
                                if (left[0] > 0) {
                                    left[0] = repairIfLinked(name, digest, left[0]);
                                }
                            });
            return true;
        } catch (RepositoryScrub.StoppedException e) {
            return false;
        }
    }

    /** Returns how many more repositories it is worth to ask for. */
    private int repairIfLinked(RepositoryName name, Digest digest, int left) {
        if (!goOn(LINK_BYTES)) {
            throw new RepositoryScrub.StoppedException();
        }
        Optional<TreeScan.Kind> link = tree.kindOfLink(name, digest);
        if (link.isEmpty()) {
            return left;
        }
        return repair(new LostBlob(name, link.get() == TreeScan.Kind.MANIFESTS, digest, digest)) ? 0 : left - 1;
    }

    /**
     * Why one file or one repository fails.
     *
     * @throws RegistryException if it is the whole share that fails
     */
    private String reasonIfShareIsThere(RegistryException e) {
        tree.shards(TreeScan.Place.TREE);
        return Scrubber.reason(e);
    }

    private boolean repositories() {
        String last = position.substring(REPOSITORIES.length());
        quarantined = Set.copyOf(tree.quarantined());
        while (true) {
            Page.Entries<RepositoryName> page = repositories.list(new Page(BATCH, last));
            for (RepositoryName name : page.entries()) {
                advance(BLOBS_SHARE);
                if (!repository(name)) {
                    return false;
                }
                last = name.value();
                position = REPOSITORIES + last;
            }
            if (!page.more()) {
                return true;
            }
        }
    }

    /** Returns false if it was told to stop. What only one of two looks finds was pushed or deleted meanwhile. */
    private boolean repository(RepositoryName name) {
        try {
            RepositoryScrub look = lookAndRepair(name);
            Set<String> found = look.problems();
            if (!found.isEmpty()) {
                if (!throttle.pause(SECOND_LOOK)) {
                    return false;
                }
                look = look(name);
                found.retainAll(look.problems());
            }
            look.counts().forEach(this::add);
            found.forEach(this::problem);
            return true;
        } catch (RepositoryScrub.StoppedException e) {
            return false;
        } catch (RegistryException e) {
            problem(tree.path(name) + ": cannot be read: " + reasonIfShareIsThere(e));
            return true;
        }
    }

    /** Looks again as long as something was repaired, because a manifest may need more that is lost. */
    private RepositoryScrub lookAndRepair(RepositoryName name) {
        RepositoryScrub look = look(name);
        Set<LostBlob> tried = new HashSet<>();
        while (repairs.isPresent() && repair(look.lost(), tried)) {
            look = look(name);
        }
        return look;
    }

    private boolean repair(List<LostBlob> lost, Set<LostBlob> tried) {
        boolean repaired = false;
        for (LostBlob each : lost) {
            if (tried.add(each) && !tree.hasBlob(each.stored())) { // not under another digest
                repaired |= repair(each);
            }
        }
        return repaired;
    }

    private boolean repair(LostBlob lost) {
        try {
            boolean repaired = repairs.orElseThrow().repair(lost, this::goOn, this::repairLine);
            if (repaired) {
                noteRepair(tree.path(lost.stored()) + ": ");
            }
            return repaired;
        } catch (RegistryException e) {
            repairLine("blob " + lost.stored() + ": cannot be stored: " + reasonIfShareIsThere(e));
            return false;
        }
    }

    /** What this scrub has found corrupt is a problem already. */
    private void noteRepair(String path) {
        if (problems.stream().noneMatch(problem -> problem.startsWith(path))) {
            problem(path + "was lost");
        }
        add(Count.REPAIRED, 1);
    }

    private void repairLine(String line) {
        if (repairLines.size() < MAX_PROBLEMS) {
            repairLines.add(line);
        }
        LOG.warnf("Scrub: %s", line);
    }

    private boolean goOn(int bytes) {
        advance(done);
        return throttle.pass(bytes);
    }

    private RepositoryScrub look(RepositoryName name) {
        Predicate<Descriptor> needed = neededChildren.apply(name);
        RepositoryScrub look = new RepositoryScrub(tree, referrers, name, needed, quarantined, () -> goOn(LINK_BYTES));
        look.look(!request.dryRun());
        return look;
    }

    private void add(Count of, long number) {
        counts.merge(of, number, Long::sum);
    }

    private void problem(String what) {
        add(Count.PROBLEMS, 1);
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(what);
        }
        LOG.errorf("Scrub: %s", what);
    }

    /** Writes now and then how far it is. */
    private void advance(double part) {
        done = part;
        if (doneAtStart < 0) {
            doneAtStart = part;
        }
        if (System.nanoTime() - saved > CHECKPOINT.toNanos()) {
            save();
        }
    }

    private void save() {
        saved = System.nanoTime();
        lostClaim = !files.renewClaim();
        if (!lostClaim) {
            saveState();
        }
        progress.accept(new ScrubProgress(Map.copyOf(counts), done, left()));
    }

    /** On a full share, a scrub goes on without its state: if it is interrupted, the next one repeats a part. */
    private void saveState() {
        try {
            files.put(state(), report(ScrubStatus.RUNNING, "").toJson());
        } catch (RegistryException e) {
            if (e.code() != ErrorCode.STORAGE_FULL) {
                throw e;
            }
            LOG.debug("The share is full, so the state of the scrub is not kept", e);
        }
    }

    private Optional<Duration> left() {
        double run = done - Math.max(0, doneAtStart);
        return run <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) ((System.nanoTime() - started) * (1 - done) / run)));
    }
}
