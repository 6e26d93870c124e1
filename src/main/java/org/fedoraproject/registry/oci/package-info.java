/**
 * The values of the OCI Distribution Specification: digests, tags, repository names, media types, descriptors,
 * manifests, ranges, pages, and the errors. An invalid value cannot exist; {@code parse} reads the wire form and
 * {@code toString} writes it. Uses no other package. Start reading with
 * {@link org.fedoraproject.registry.oci.Reference} and {@link org.fedoraproject.registry.oci.Manifest}.
 */
package org.fedoraproject.registry.oci;
