/**
 * The HTTP API: the Docker Registry HTTP API V2 and the OCI Distribution Specification, with one JAX-RS resource for
 * each endpoint. Resources parse strings, call {@code repository}, and turn results into status and headers. One mapper
 * renders all errors. May use {@code oci}, {@code repository}, {@code edge}, {@code auth} and {@code http}. Start
 * reading with {@link org.fedoraproject.registry.v2.ManifestResource}.
 */
package org.fedoraproject.registry.v2;
