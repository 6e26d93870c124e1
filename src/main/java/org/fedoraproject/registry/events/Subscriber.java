package org.fedoraproject.registry.events;

/** One that wants to know; found by injection. */
public interface Subscriber {

    /**
     * Called before the blob goes. Whoever must not miss it has put it down durably on return; what is thrown stops the delete.
     */
    void blobDeleted(BlobDeleted event);
}
