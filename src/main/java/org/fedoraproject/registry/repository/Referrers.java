package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.ReferrerStore;
import org.fedoraproject.registry.store.TagStore;

/**
 * Which manifests refer to another as their subject (end-12). Those that clients listed under a fallback tag, while the
 * registry did not know subjects, are taken in.
 */
@Singleton
public class Referrers {
    /** A fallback tag has no more hex digits of the digest than these. */
    private static final int FALLBACK_HEX = 64;

    private final ReferrerStore referrers;
    private final LinkStore links;
    private final TagStore tags;
    private final BlobStore blobs;

    @Inject
    public Referrers(ReferrerStore referrers, LinkStore links, TagStore tags, BlobStore blobs) {
        this.referrers = referrers;
        this.links = links;
        this.tags = tags;
        this.blobs = blobs;
    }

    /**
     * A page of the referrers, by digest in ASCII order; empty where there are none, or no such subject.
     *
     * @param artifactType only those of this type, where given
     */
    public Page.Entries<Descriptor> list(
            RepositoryName name, Digest subject, Optional<MediaType> artifactType, Page page) {
        TreeMap<String, Descriptor> found = new TreeMap<>();
        fallback(name, subject).forEach(referrer -> add(found, name, referrer));
        referrers.list(name, subject).forEach(referrer -> add(found, name, referrer));
        List<Descriptor> matching = found.values().stream()
                .filter(referrer ->
                        artifactType.isEmpty() || referrer.artifactType().equals(artifactType))
                .toList();
        return page.of(matching, referrer -> referrer.digest().toString());
    }

    /** The index that clients keep under the tag {@code <algorithm>-<hex>} (spec, "Referrers Tag Schema"). */
    private List<Digest> fallback(RepositoryName name, Digest subject) {
        Tag tag = Tag.parse(subject.algorithm() + "-" + subject.hex().substring(0, FALLBACK_HEX));
        return tags.get(name, tag)
                .flatMap(digest -> blobs.read(digest, Manifest.MAX_SIZE))
                .flatMap(Manifest::stored)
                .map(index -> index.manifests().stream().map(Descriptor::digest).toList())
                .orElse(List.of());
    }

    /** Describes a referrer from its own bytes; one that was deleted meanwhile is left out. */
    private void add(Map<String, Descriptor> found, RepositoryName name, Digest referrer) {
        links.revision(name, referrer)
                .flatMap(stored -> blobs.read(stored, Manifest.MAX_SIZE))
                .ifPresent(bytes -> Manifest.stored(bytes)
                        .ifPresent(manifest -> found.put(
                                referrer.toString(),
                                new Descriptor(
                                        manifest.mediaType(),
                                        referrer,
                                        bytes.length,
                                        manifest.artifactType(),
                                        manifest.annotations(),
                                        Optional.empty(),
                                        false))));
    }
}
