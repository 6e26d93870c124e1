package org.fedoraproject.registry.repository;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;

/**
 * Checks, when a manifest is pulled, whether the content it refers to has the sizes that it states. Content of another
 * size is read; if it does not match its digest, it is unknown from then on, so that no client gets a part of a blob.
 * Each manifest is checked only at intervals, because the check costs a file operation for each blob, and each blob is
 * read only at intervals too.
 */
final class SizeCheck {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final int MAX_REMEMBERED = 10_000;

    /**
     * In bytes; images are shorter. Longer manifests may have so many descriptors that the check would delay a pull.
     */
    private static final int MAX_MANIFEST = 64 * 1024;

    private final BlobStore blobs;
    private final LinkStore links;

    /** When each manifest and blob was last checked, by {@link System#nanoTime}. */
    private final Map<Digest, Long> checkedAt = new ConcurrentHashMap<>();

    SizeCheck(BlobStore blobs, LinkStore links) {
        this.blobs = blobs;
        this.links = links;
    }

    /**
     * Checks the content that a manifest refers to, if it is due. Storage failures are ignored here; requests for the
     * content report them.
     *
     * @param stored the digest of the bytes
     */
    void check(RepositoryName name, Digest stored, byte[] bytes) {
        if (bytes.length > MAX_MANIFEST || !isDue(stored)) {
            return;
        }
        try {
            Manifest.parseStored(bytes).ifPresent(manifest -> {
                manifest.blobs().forEach(blob -> check(name, blob));
                manifest.manifests().forEach(child -> check(name, child));
            });
        } catch (RegistryException e) {
            checkedAt.remove(stored);
        }
    }

    private boolean isDue(Digest digest) {
        long now = System.nanoTime();
        Long before = checkedAt.get(digest);
        if (before != null && now - before < INTERVAL.toNanos()) {
            return false;
        }
        if (checkedAt.size() >= MAX_REMEMBERED) {
            checkedAt.clear();
        }
        checkedAt.put(digest, now);
        return true;
    }

    private void check(RepositoryName name, Descriptor descriptor) {
        if (descriptor.size().isEmpty()) {
            return;
        }
        long claimed = descriptor.size().getAsLong();
        links.stored(name, descriptor.digest())
                .filter(digest -> blobs.sizeUnprotected(digest)
                        .filter(size -> size != claimed)
                        .isPresent())
                .filter(this::isDue) // a manifest may state any size, and the blob may be large
                .ifPresent(blobs::verify);
    }
}
