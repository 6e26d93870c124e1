package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import org.fedoraproject.registry.nfs.NfsBatch;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/** Puts a manifest in place, with all that names it: a push waits for the storage once for all of them, not for each. */
@Singleton
public final class ManifestStore {
    private final Share share;
    private final BlobStore blobs;
    private final LinkStore links;
    private final TagStore tags;
    private final ReferrerStore referrers;

    @Inject
    ManifestStore(Share share, BlobStore blobs, LinkStore links, TagStore tags, ReferrerStore referrers) {
        this.share = share;
        this.blobs = blobs;
        this.links = links;
        this.tags = tags;
        this.referrers = referrers;
    }

    /**
     * Stores a manifest, links it under its sha256 digest and {@code named}, enters it among its subject's referrers, and makes
     * or moves the tags. Durable on return. At every moment, and after a crash at any, the links name a manifest that is
     * durable, and the tags one that is linked.
     */
    public void put(RepositoryName name, Manifest manifest, Digest named, Set<Tag> moved) {
        Digest stored = manifest.digest();
        share.run(connection -> {
            NfsBatch batch = connection.batch();
            blobs.add(batch, connection, stored, manifest.bytes());
            batch.then();
            for (Digest digest : named.equals(stored) ? Set.of(stored) : Set.of(stored, named)) {
                links.add(batch, connection, share.layout().revision(name, digest), stored);
            }
            manifest.subject().ifPresent(subject -> referrers.add(batch, name, subject.digest(), named));
            for (Tag tag : moved) {
                tags.addIndex(batch, connection, name, tag, stored);
            }
            batch.then();
            for (Tag tag : moved) {
                tags.addCurrent(batch, connection, name, tag, stored);
            }
            batch.run();
        });
    }
}
