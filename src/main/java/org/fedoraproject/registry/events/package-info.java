/**
 * Tells other systems what happens: the events, the file of endpoints, their filters and formats, and the delivery over a
 * queue on the share. May use {@code oci}, {@code store}, {@code policy} (for its patterns), {@code config} and
 * {@code duty}. Start reading with {@link org.fedoraproject.registry.events.Events}, then
 * {@link org.fedoraproject.registry.events.Delivery}.
 */
package org.fedoraproject.registry.events;
