package org.fedoraproject.registry.events;

/** Is told of events; CDI finds all implementations. */
public interface Subscriber {

    /**
     * Called before the blob is deleted. A subscriber that must not lose the event has stored it durably on return; an
     * exception stops the delete.
     */
    void blobDeleted(BlobDeleted event);
}
