/**
 * The HTTP API: the Docker Registry HTTP API V2 and the OCI Distribution Specification, one JAX-RS resource for each
 * endpoint. Resources turn strings into values, ask {@code repository}, and turn answers into status and headers; errors are
 * rendered in one place. May use {@code oci}, {@code repository}, {@code edge}, {@code auth} and {@code http}. Start with
 * {@link org.fedoraproject.registry.v2.ManifestResource}.
 */
package org.fedoraproject.registry.v2;
