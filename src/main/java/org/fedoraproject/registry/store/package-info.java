/**
 * The tree on disk, which is docker-distribution's: blobs, links, tags, referrers and upload sessions. Each operation
 * is atomic, durable, and safe beside other instances and docker-distribution itself. Only
 * {@link org.fedoraproject.registry.store.Layout} knows paths. May use {@code oci} and {@code nfs}. Start reading with
 * Layout, then {@link org.fedoraproject.registry.store.BlobStore}.
 */
package org.fedoraproject.registry.store;
