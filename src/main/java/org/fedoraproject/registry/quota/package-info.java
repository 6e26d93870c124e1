/**
 * Quotas: how much the repositories of a pattern may have, and what they use. Owns the rules, the count of what is used
 * and the changes since, which instances tell each other by files. May use {@code oci}, {@code store}, {@code policy},
 * {@code config}, {@code cluster} and {@code duty}. Start reading with
 * {@link org.fedoraproject.registry.quota.Quotas}, and with {@link org.fedoraproject.registry.quota.Usage} for what is
 * counted when.
 */
package org.fedoraproject.registry.quota;
