/**
 * Authentication and authorization: callers, credentials, the policy file, tokens, the audit log. May use {@code oci},
 * {@code http}, {@code config}, {@code duty} and, of {@code nfs}, the share with the token keys. Start reading with
 * {@link org.fedoraproject.registry.auth.Policy}.
 */
package org.fedoraproject.registry.auth;
