package org.fedoraproject.registry.scrub;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.store.BlobRepair;
import org.fedoraproject.registry.store.OtherTree;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.ScrubFiles;
import org.fedoraproject.registry.store.TreeScan;
import org.jboss.logging.Logger;

/** Looks for what is corrupt or lost in the tree while clients push and pull, on any instance. */
@Singleton
public class Scrubber {
    private static final Logger LOG = Logger.getLogger(Scrubber.class);

    private static final String READ_ONLY = Switch.READ_ONLY.key() + " is on";

    private final TreeScan tree;
    private final RepositoryStore repositories;
    private final ReferrerStore referrers;
    private final ScrubFiles files;
    private final Optional<Supplier<Repairs>> repairs;
    private final Function<RepositoryName, Predicate<Descriptor>> neededChildren;
    private final Switches switches;

    @Inject
    public Scrubber(
            TreeScan tree,
            RepositoryStore repositories,
            ReferrerStore referrers,
            ScrubFiles files,
            BlobRepair repair,
            RepairConfig repairConfig,
            CurrentPolicy policies,
            Switches switches) {
        this(
                tree,
                repositories,
                referrers,
                files,
                repairs(repairConfig, repair),
                name -> policies.current()
                        .map(policy -> policy.neededChildren(name))
                        .orElse(child -> true),
                switches);
    }

    /**
     * @param repairs what scrubs use that are no dry runs
     * @param neededChildren which children of an index must be there, for each repository
     */
    Scrubber(
            TreeScan tree,
            RepositoryStore repositories,
            ReferrerStore referrers,
            ScrubFiles files,
            Optional<Supplier<Repairs>> repairs,
            Function<RepositoryName, Predicate<Descriptor>> neededChildren,
            Switches switches) {
        this.tree = tree;
        this.repositories = repositories;
        this.referrers = referrers;
        this.files = files;
        this.repairs = repairs;
        this.neededChildren = neededChildren;
        this.switches = switches;
    }

    /**
     * Runs one scrub, in the caller's thread, for as long as it takes. Continues the last one of its kind, dry or not,
     * if that did not end. One at a time in the cluster; a second one is refused. It does no harm if two run.
     *
     * @param progress called every now and then
     * @param stop asked at least once a second; if true, the scrub ends, and the next one continues it
     * @return how it went; never throws for a failure of the storage
     */
    public ScrubReport run(ScrubRequest request, Consumer<ScrubProgress> progress, BooleanSupplier stop) {
        if (!request.dryRun() && switches.isOn(Switch.READ_ONLY)) {
            return refused(request, READ_ONLY);
        }
        try {
            if (!files.claim()) {
                return refused(request, "another scrub runs");
            }
        } catch (RegistryException e) {
            return refused(request, "the share fails: " + reason(e));
        }
        try {
            return claimed(request, progress, stop);
        } finally {
            release();
        }
    }

    /** Reads the password at once, so that a mistake is seen at the start. */
    static Optional<Supplier<Repairs>> repairs(RepairConfig config, BlobRepair blobs) {
        Optional<String> authorization = config.authorization();
        Optional<Supplier<RepairSource>> source = config.registry()
                .<Supplier<RepairSource>>map(base -> () -> new RegistrySource(base, authorization, config.timeout()))
                .or(() -> config.root().map(root -> () -> new TreeSource(new OtherTree(root))));
        return source.map(open -> () -> new Repairs(open.get(), blobs, config.maxSize()));
    }

    private ScrubReport claimed(ScrubRequest request, Consumer<ScrubProgress> progress, BooleanSupplier stop) {
        if (request.dryRun() || repairs.isEmpty()) {
            return run(Optional.empty(), request, progress, stop);
        }
        try (Repairs opened = repairs.get().get()) {
            return run(Optional.of(opened), request, progress, stop);
        }
    }

    private ScrubReport run(
            Optional<Repairs> opened, ScrubRequest request, Consumer<ScrubProgress> progress, BooleanSupplier stop) {
        BooleanSupplier frozen = () -> !request.dryRun() && switches.isOn(Switch.READ_ONLY);
        return new ScrubRun(
                        tree,
                        repositories,
                        referrers,
                        files,
                        neededChildren,
                        opened,
                        request,
                        progress,
                        () -> stop.getAsBoolean() || frozen.getAsBoolean(),
                        () -> frozen.getAsBoolean() ? READ_ONLY : "it was told to stop")
                .run();
    }

    private void release() {
        try {
            files.releaseClaim();
        } catch (RegistryException e) {
            LOG.debugf("The claim of the scrub stays until it expires: %s", e.getMessage());
        }
    }

    /** How the last scrub on this share went, on any instance; empty if there was none. */
    public Optional<ScrubReport> last() {
        try {
            return files.reports().stream().findFirst().flatMap(files::report).map(ScrubReport::parse);
        } catch (RegistryException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warnf("Ignoring a report of a scrub that cannot be read: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private static ScrubReport refused(ScrubRequest request, String why) {
        Instant now = Instant.now();
        return new ScrubReport(
                "", now, now, request.dryRun(), ScrubStatus.REFUSED, why, "", Map.of(), List.of(), List.of());
    }

    static String reason(RegistryException e) {
        return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
    }
}
