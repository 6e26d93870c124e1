/**
 * What instances tell each other: which of them are running, and how operators have set the switches. Everything else
 * is on the share; an instance that is cut off from the others, or alone, goes on with what it knows. Start reading at
 * {@link Switches}.
 *
 * <p>May use {@code config} and {@code duty}; no other package uses WildFly's clustering.
 */
package org.fedoraproject.registry.cluster;
