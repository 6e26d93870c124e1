/**
 * What happened in the registry, for those in it that tell others. Uses {@code oci}. Start with
 * {@link org.fedoraproject.registry.events.Events}.
 */
package org.fedoraproject.registry.events;
