/**
 * Work in the background that is done again and again: one way to start it, which catches all that goes wrong, and one place
 * that knows how each last went. Uses nothing of ours. Start with {@link org.fedoraproject.registry.duty.Duties}.
 */
package org.fedoraproject.registry.duty;
