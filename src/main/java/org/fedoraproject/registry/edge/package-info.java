/**
 * The entry to the API: parses every request once, authorises it, and runs the checks in one order,
 * before a resource answers it. No other package parses a path. May use {@code oci}, {@code http}, {@code policy},
 * {@code auth}, {@code limit} and {@code cluster}. Start reading with {@link org.fedoraproject.registry.edge.RegistryFilter}.
 */
package org.fedoraproject.registry.edge;
