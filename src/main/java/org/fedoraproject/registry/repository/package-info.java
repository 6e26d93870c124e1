/**
 * The operations of a registry and their rules: manifests, blobs, uploads, tags, referrers, the catalog. Knows neither
 * HTTP nor paths. May use {@code oci}, {@code store}, {@code quota}, {@code config}, {@code cluster} and {@code duty}. Start reading
 * with {@link org.fedoraproject.registry.repository.Manifests}.
 */
package org.fedoraproject.registry.repository;
