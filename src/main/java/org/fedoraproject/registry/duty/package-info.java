/**
 * Periodic work in the background: one way to start it, which catches every exception, and one place that knows the
 * result of the last run. Uses no other package. Start reading with {@link org.fedoraproject.registry.duty.Duties}.
 */
package org.fedoraproject.registry.duty;
