/**
 * Retention: deletes tags by the rules of a file. Owns the rules, what they mean, and the run that applies them. May use
 * {@code oci}, {@code store}, {@code repository}, {@code cluster}, {@code auth}, {@code config} and {@code duty}. Start
 * reading with {@link org.fedoraproject.registry.retention.Retention}, and with
 * {@link org.fedoraproject.registry.retention.Evaluation} for what the rules mean.
 */
package org.fedoraproject.registry.retention;
