/**
 * The values of the OCI Distribution Specification: digests, tags, repository names, media types, descriptors, manifests,
 * ranges, pages, and the errors. Each is valid from its construction on; {@code parse} reads the wire form and
 * {@code toString} writes it. Uses nothing of ours. Start with {@link org.fedoraproject.registry.oci.Reference} and
 * {@link org.fedoraproject.registry.oci.Manifest}.
 */
package org.fedoraproject.registry.oci;
