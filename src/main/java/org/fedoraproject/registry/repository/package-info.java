/**
 * What one can do with a registry, and the rules for it: manifests, blobs, uploads, tags, referrers, the catalog. No HTTP and
 * no paths. May use {@code oci}, {@code store}, {@code events} and {@code cluster}. Start with
 * {@link org.fedoraproject.registry.repository.Manifests}.
 */
package org.fedoraproject.registry.repository;
