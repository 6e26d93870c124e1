/**
 * Work in the background: one way to start what is repeated, which catches every exception, and one place that knows
 * the result of the last run; the speed of what runs long. Uses no other package. Start reading with {@link org.fedoraproject.registry.duty.Duties}.
 */
package org.fedoraproject.registry.duty;
