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
 * Looks, when a manifest is pulled, whether what it refers to has the size that it says. What has another one is read, and is
 * unknown from then on where its bytes are not what its digest says, so that nobody is sent a part of a blob for the whole. Once
 * in a while for each manifest, for it costs a file operation for each blob, and for each blob that is read.
 */
final class SizeCheck {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final int MAX_REMEMBERED = 10_000;

    /** Images are shorter; longer ones may have so many descriptors that a pull would take long. */
    private static final int MAX_MANIFEST = 64 * 1024;

    private final BlobStore blobs;
    private final LinkStore links;

    /** The manifests and blobs, each with when it was looked at, by {@link System#nanoTime}. */
    private final Map<Digest, Long> looked = new ConcurrentHashMap<>();

    SizeCheck(BlobStore blobs, LinkStore links) {
        this.blobs = blobs;
        this.links = links;
    }

    /**
     * Looks at a manifest's content, if it is time. A fault of the storage is left to those who ask for the content.
     *
     * @param stored the digest of the bytes
     */
    void look(RepositoryName name, Digest stored, byte[] bytes) {
        if (bytes.length > MAX_MANIFEST || !isDue(stored)) {
            return;
        }
        try {
            Manifest.parseStored(bytes).ifPresent(manifest -> {
                manifest.blobs().forEach(blob -> look(name, blob));
                manifest.manifests().forEach(child -> look(name, child));
            });
        } catch (RegistryException e) {
            looked.remove(stored);
        }
    }

    private boolean isDue(Digest digest) {
        long now = System.nanoTime();
        Long before = looked.get(digest);
        if (before != null && now - before < INTERVAL.toNanos()) {
            return false;
        }
        if (looked.size() >= MAX_REMEMBERED) {
            looked.clear();
        }
        looked.put(digest, now);
        return true;
    }

    private void look(RepositoryName name, Descriptor descriptor) {
        if (descriptor.size().isEmpty()) {
            return;
        }
        long claimed = descriptor.size().getAsLong();
        links.stored(name, descriptor.digest())
                .filter(digest ->
                        blobs.size(digest).filter(size -> size != claimed).isPresent())
                .filter(this::isDue) // a manifest may say what it likes, and the blob may be large
                .ifPresent(blobs::verify);
    }
}
