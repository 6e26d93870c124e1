/**
 * Events within the registry, for the packages that tell other systems about them. May use {@code oci}. Start reading
 * with {@link org.fedoraproject.registry.events.Events}.
 */
package org.fedoraproject.registry.events;
