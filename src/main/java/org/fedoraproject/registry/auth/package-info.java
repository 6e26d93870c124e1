/**
 * Who may do what: the callers and how they show who they are, the policy file, tokens, the audit log. May use {@code oci},
 * {@code http} and {@code config}, and of {@code nfs} the share that the keys of our tokens are on. Start with {@link org.fedoraproject.registry.auth.Policy}.
 */
package org.fedoraproject.registry.auth;
