/**
 * The tree on disk, which is docker-distribution's: blobs, links, tags, referrers and upload sessions, each atomic, durable
 * and safe beside other instances and beside docker-distribution itself. {@link org.fedoraproject.registry.store.Layout} alone
 * knows paths. May use {@code oci} and {@code nfs}. Start with Layout, then
 * {@link org.fedoraproject.registry.store.BlobStore}.
 */
package org.fedoraproject.registry.store;
