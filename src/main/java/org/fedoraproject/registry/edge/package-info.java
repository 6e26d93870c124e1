/**
 * The door of the API: every request below {@code /v2/} is parsed once, authorised, and checked in one order, before a resource
 * answers it. Nothing else parses a path. May use {@code oci}, {@code http}, {@code auth} and {@code cluster}. Start with
 * {@link org.fedoraproject.registry.edge.RegistryFilter}.
 */
package org.fedoraproject.registry.edge;
