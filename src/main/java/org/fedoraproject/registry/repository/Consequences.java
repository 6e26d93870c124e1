package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.Referrer;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.TagStore;
import org.fedoraproject.registry.store.TreeScan;

/** What the delete of a manifest would take along, or leave incomplete. It changes nothing. */
@Singleton
public class Consequences {
    /** More manifests are not read, because a person waits for this. */
    private static final int MAX_MANIFESTS = 2000;

    private static final Page REFERRERS = new Page(100, "");
    private static final int MAX_DESCRIPTORS = 1024 * 1024;

    private final LinkStore links;
    private final TagStore tags;
    private final BlobStore blobs;
    private final TreeScan tree;
    private final Referrers referrers;

    @Inject
    public Consequences(LinkStore links, TagStore tags, BlobStore blobs, TreeScan tree, Referrers referrers) {
        this.links = links;
        this.tags = tags;
        this.blobs = blobs;
        this.tree = tree;
        this.referrers = referrers;
    }

    /**
     * The consequences.
     *
     * @param tags that name the manifest, and would be deleted with it
     * @param indexes that list it, and would lose a child
     * @param children that it lists, and that would stay without it
     * @param referrers that have it as their subject, and would stay without one; at most 100
     * @param complete whether all manifests of the repository were looked at for indexes
     */
    public record Found(
            List<Tag> tags, List<Digest> indexes, List<Digest> children, List<Referrer> referrers, boolean complete) {}

    /** @throws RegistryException {@code MANIFEST_UNKNOWN} */
    public Found of(RepositoryName name, Digest digest) {
        Digest stored = links.revision(name, digest).orElseThrow(() -> RegistryException.manifestUnknown(name, digest));
        Optional<Manifest> manifest = read(stored);
        Set<Digest> names = Manifests.digests(digest, manifest);
        names.add(stored);
        List<Digest> indexes = new ArrayList<>();
        boolean complete = findIndexes(name, names, indexes);
        return new Found(
                tags.naming(name, names).stream()
                        .sorted(Comparator.comparing(Tag::value))
                        .toList(),
                indexes,
                manifest.stream()
                        .flatMap(index -> index.manifests().stream())
                        .map(child -> child.digest())
                        .filter(child -> links.hasRevision(name, child))
                        .toList(),
                referrers
                        .list(name, digest, Optional.empty(), REFERRERS, MAX_DESCRIPTORS)
                        .entries(),
                complete);
    }

    private boolean findIndexes(RepositoryName name, Set<Digest> names, List<Digest> indexes) {
        int[] read = new int[1];
        return tree.eachLinkWhile(name, TreeScan.Kind.MANIFESTS, link -> {
            link.target()
                    .filter(target -> lists(target, names))
                    .ifPresent(target -> indexes.add(Digest.parse(link.name())));
            return ++read[0] < MAX_MANIFESTS;
        });
    }

    private boolean lists(Digest index, Set<Digest> children) {
        return read(index)
                .filter(manifest -> manifest.manifests().stream().anyMatch(child -> children.contains(child.digest())))
                .isPresent();
    }

    private Optional<Manifest> read(Digest stored) {
        return blobs.read(stored, Manifest.MAX_SIZE).flatMap(Manifest::parseStored);
    }
}
