package org.fedoraproject.registry.index;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Reference;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.TagStore;
import org.fedoraproject.registry.store.TreeScan;

/**
 * Reads one manifest, and small blobs that it names, for people who look at it. Like {@link Images}, it does not keep
 * what it reads from being collected, and needs no index.
 */
@Singleton
public class Artifacts {
    private final LinkStore links;
    private final TagStore tags;
    private final TreeScan tree;

    @Inject
    public Artifacts(LinkStore links, TagStore tags, TreeScan tree) {
        this.links = links;
        this.tags = tags;
        this.tree = tree;
    }

    /** A manifest with its exact bytes. */
    public record Found(Digest digest, MediaType mediaType, byte[] bytes) {}

    /** Empty if the repository has no such manifest, or it cannot be read. */
    public Optional<Found> find(RepositoryName name, Reference reference) {
        Optional<Digest> named = switch (reference) {
            case Tag tag -> tags.get(name, tag);
            case Digest digest -> Optional.of(digest).filter(known -> links.hasRevision(name, known));
        };
        return named.flatMap(digest -> links.stored(name, digest)
                .flatMap(stored -> read(stored, Manifest.MAX_SIZE))
                .flatMap(bytes -> Manifest.storedType(bytes).map(type -> new Found(digest, type, bytes))));
    }

    /** Whether the repository has this manifest. */
    public boolean has(RepositoryName name, Digest digest) {
        return links.hasRevision(name, digest);
    }

    /** What a tag names. */
    public Optional<Digest> named(RepositoryName name, Tag tag) {
        return tags.get(name, tag);
    }

    /**
     * A blob that a manifest of the repository names as its own, so that a push has found it there.
     *
     * @param limit in bytes; a longer one is not read
     */
    public Optional<byte[]> blob(RepositoryName name, Digest digest, int limit) {
        Optional<Digest> stored =
                digest.algorithm() == Digest.Algorithm.SHA256 ? Optional.of(digest) : links.layer(name, digest);
        return stored.flatMap(known -> read(known, limit));
    }

    private Optional<byte[]> read(Digest stored, int limit) {
        return tree.read(stored, limit).filter(bytes -> bytes.length <= limit);
    }
}
