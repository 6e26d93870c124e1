package org.fedoraproject.registry.repository;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.BlobContent;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;

/** The blobs of repositories (end-2, end-10): layers, configs, and everything else that manifests refer to. */
@Singleton
public class Blobs {
    private final BlobStore blobs;
    private final LinkStore links;
    private final Consumer<BlobDeleted> deleted;

    @Inject
    public Blobs(BlobStore blobs, LinkStore links, Event<BlobDeleted> deleted) {
        this(blobs, links, deleted::fire);
    }

    /** @param deleted is told of each blob before it is deleted; an exception stops the delete */
    public Blobs(BlobStore blobs, LinkStore links, Consumer<BlobDeleted> deleted) {
        this.blobs = blobs;
        this.links = links;
        this.deleted = deleted;
    }

    /**
     * Opens a blob of the repository; the caller closes it.
     *
     * @throws RegistryException {@code BLOB_UNKNOWN}
     */
    public BlobContent get(RepositoryName name, Digest digest) {
        return links.layer(name, digest)
                .flatMap(blobs::open)
                .orElseThrow(() -> RegistryException.blobUnknown(name, digest));
    }

    /**
     * A blob's size in bytes.
     *
     * @throws RegistryException {@code BLOB_UNKNOWN}
     */
    public long stat(RepositoryName name, Digest digest) {
        return links.layer(name, digest)
                .flatMap(blobs::size)
                .orElseThrow(() -> RegistryException.blobUnknown(name, digest));
    }

    /**
     * Removes the blob from this repository; its bytes stay for other repositories.
     *
     * @throws RegistryException {@code BLOB_UNKNOWN}
     */
    public void delete(RepositoryName name, Digest digest) {
        if (links.layer(name, digest).isEmpty()) {
            throw RegistryException.blobUnknown(name, digest);
        }
        deleted.accept(new BlobDeleted(name, digest)); // first, because a repeated delete would not find the blob
        links.deleteLayer(name, digest);
    }
}
