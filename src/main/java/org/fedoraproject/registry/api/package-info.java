/**
 * The registry's own API below {@code /api/v1/}: one JAX-RS resource for each endpoint. May use {@code oci}, {@code
 * index}, {@code repository}, {@code edge} and {@code policy}. Its providers, for errors and JSON, are those of {@code
 * v2}. Start reading with {@link org.fedoraproject.registry.api.RepositoriesResource}.
 */
package org.fedoraproject.registry.api;
