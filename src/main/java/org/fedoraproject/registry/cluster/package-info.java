/**
 * What instances tell each other: who is there, and how operators have set the switches. Nothing that the share tells; an
 * instance that is cut off from the others, or alone, goes on with what it knows. Start reading at {@link Switches}.
 *
 * <p>May use {@code config} and {@code duty}; alone knows WildFly's clustering.
 */
package org.fedoraproject.registry.cluster;
