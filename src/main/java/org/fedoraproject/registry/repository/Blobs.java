package org.fedoraproject.registry.repository;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.events.RegistryEvent;
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
    private final Events events;

    @Inject
    public Blobs(BlobStore blobs, LinkStore links, Event<BlobDeleted> deleted, Events events) {
        this(blobs, links, deleted::fire, events);
    }

    /** The same where nobody is told of events. */
    public Blobs(BlobStore blobs, LinkStore links, Consumer<BlobDeleted> deleted) {
        this(blobs, links, deleted, Events.none());
    }

    /** @param deleted is told of each blob before it is deleted; an exception stops the delete */
    public Blobs(BlobStore blobs, LinkStore links, Consumer<BlobDeleted> deleted, Events events) {
        this.blobs = blobs;
        this.links = links;
        this.deleted = deleted;
        this.events = events;
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
     * @param origin for the events
     * @throws RegistryException {@code BLOB_UNKNOWN}
     */
    public void delete(RepositoryName name, Digest digest, Origin origin) {
        if (links.layer(name, digest).isEmpty()) {
            throw RegistryException.blobUnknown(name, digest);
        }
        deleted.accept(new BlobDeleted(name, digest)); // first, because a repeated delete would not find the blob
        if (events.mayWant(EventAction.DELETE, name)) {
            Events.Announcement announced = events.announce(RegistryEvent.deleted(name, digest, origin));
            links.deleteLayer(name, digest);
            announced.done();
        } else {
            links.deleteLayer(name, digest);
        }
    }

    /** The same for nobody in particular. */
    public void delete(RepositoryName name, Digest digest) {
        delete(name, digest, Origin.UNKNOWN);
    }
}
