/**
 * Who may do what: callers, actions, and the policy file that grants one to the other; the scopes of tokens, which narrow
 * it down. Knows nothing of HTTP. May use {@code oci} and {@code config}. Start reading with
 * {@link org.fedoraproject.registry.policy.Policy}.
 */
package org.fedoraproject.registry.policy;
