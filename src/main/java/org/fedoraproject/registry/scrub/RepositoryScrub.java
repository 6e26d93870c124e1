package org.fedoraproject.registry.scrub;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.TreeScan;

/** One look at a repository: its links, manifests, tags and referrers. The words are those of {@code ops/verify-tree}. */
final class RepositoryScrub {
    private final TreeScan tree;
    private final ReferrerStore referrers;
    private final RepositoryName name;
    private final Predicate<Descriptor> needed;
    private final Set<Digest> quarantined;
    private final BooleanSupplier goOn;

    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final Set<String> problems = new LinkedHashSet<>();
    private final Map<String, Digest> layers = new HashMap<>();
    private final Map<String, Digest> manifests = new HashMap<>();
    private final Map<TreeScan.Link, Digest> withoutBlob = new HashMap<>();
    private final List<LostBlob> lost = new ArrayList<>();
    private final Set<String> wanted = new HashSet<>();

    /**
     * @param needed which children of an index must be there
     * @param quarantined what was corrupt, and so lost, even if no manifest needs it
     * @param goOn called before each file is read; false ends the look
     */
    RepositoryScrub(
            TreeScan tree,
            ReferrerStore referrers,
            RepositoryName name,
            Predicate<Descriptor> needed,
            Set<Digest> quarantined,
            BooleanSupplier goOn) {
        this.tree = tree;
        this.referrers = referrers;
        this.name = name;
        this.needed = needed;
        this.quarantined = quarantined;
        this.goOn = goOn;
    }

    Map<Count, Long> counts() {
        return counts;
    }

    Set<String> problems() {
        return problems;
    }

    /** What another registry may have. */
    List<LostBlob> lost() {
        return lost;
    }

    /** Thrown to leave a walk. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Looks at everything.
     *
     * @param add whether referrers that are missing in an index are added to it
     * @throws StoppedException if it shall not go on
     */
    void look(boolean add) {
        count(Count.REPOSITORIES);
        tree.eachLink(name, TreeScan.Kind.LAYERS, link -> layer(link));
        tree.eachLink(name, TreeScan.Kind.MANIFESTS, link -> revision(link));
        manifests.forEach((known, stored) -> manifest(known, stored, add));
        withoutBlob.forEach((link, target) -> {
            if (wanted.contains(target.toString()) || wanted.contains(link.name())) {
                problem(link.path(), "there is no blob " + target);
                lost(link, target, false);
            } else {
                count(Count.COLLECTED);
                if (quarantined.contains(target)) {
                    lost(link, target, false);
                }
            }
        });
        tree.eachTag(name, this::tag);
    }

    private void layer(TreeScan.Link link) {
        begin(Count.LAYERS);
        if (link.target().isEmpty()) {
            problem(link.path(), link.fault());
        } else if (tree.hasBlob(link.target().get())) {
            layers.put(link.name(), link.target().get());
        } else {
            withoutBlob.put(link, link.target().get());
        }
    }

    private void revision(TreeScan.Link link) {
        begin(Count.MANIFESTS);
        if (link.target().isEmpty()) {
            problem(link.path(), link.fault());
        } else if (tree.hasBlob(link.target().get())) {
            manifests.put(link.name(), link.target().get());
        } else {
            problem(link.path(), "there is no blob " + link.target().get());
            lost(link, link.target().get(), true);
        }
    }

    private void lost(TreeScan.Link link, Digest stored, boolean manifest) {
        try {
            lost.add(new LostBlob(name, manifest, Digest.parse(link.name()), stored));
        } catch (RegistryException e) {
            // its directory is no digest, so nobody can ask for it
        }
    }

    private void tag(TreeScan.Link link) {
        begin(Count.TAGS);
        if (link.target().isEmpty()) {
            problem(link.path(), link.fault());
        } else if (!manifests.containsKey(link.target().get().toString())) {
            problem(
                    link.path(),
                    "the repository has no manifest " + link.target().get());
        }
    }

    private void manifest(String known, Digest stored, boolean add) {
        Optional<byte[]> bytes = tree.read(stored, Manifest.MAX_SIZE);
        if (bytes.isEmpty()) {
            return; // deleted meanwhile
        }
        if (bytes.get().length > Manifest.MAX_SIZE) {
            problem(tree.path(stored), "is a manifest of " + tree.path(name) + " and longer than " + Manifest.MAX_SIZE);
            return;
        }
        Optional<Manifest> manifest = Manifest.parseStored(bytes.get());
        if (manifest.isEmpty()) {
            problem(tree.path(stored), "is no manifest");
            return;
        }
        Stream.concat(manifest.get().blobs().stream(), manifest.get().manifests().stream())
                .forEach(each -> wanted.add(each.digest().toString()));
        for (Descriptor each : manifest.get().blobs()) {
            if (isMissing(each)) {
                problem(tree.path(name), "manifest " + known + " refers to " + each.digest() + ", which is not there");
            }
        }
        for (Descriptor child : manifest.get().manifests()) {
            if (isMissing(child) && needed.test(child)) {
                problem(tree.path(name), "index " + known + " refers to " + child.digest() + ", which is not there");
            } else if (isMissing(child)) {
                count(Count.ABSENT);
            }
        }
        if (known.equals(stored.toString())) {
            manifest.get().subject().ifPresent(subject -> referrer(subject.digest(), stored, add));
        }
    }

    /** docker-distribution knows no referrers, so what is pushed to it is in no index. */
    private void referrer(Digest subject, Digest referrer, boolean add) {
        if (!tree.hasReferrer(name, subject, referrer)) {
            count(Count.REFERRERS);
            if (add) {
                referrers.put(name, subject, referrer);
            }
        }
    }

    private boolean isMissing(Descriptor descriptor) {
        String digest = descriptor.digest().toString();
        return !descriptor.external() && !layers.containsKey(digest) && !manifests.containsKey(digest);
    }

    private void begin(Count of) {
        if (!goOn.getAsBoolean()) {
            throw new StoppedException();
        }
        count(of);
    }

    private void count(Count of) {
        counts.merge(of, 1L, Long::sum);
    }

    private void problem(String path, String what) {
        problems.add(path + ": " + what);
    }
}
