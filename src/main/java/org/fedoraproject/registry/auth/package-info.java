/**
 * Authentication: who calls, by password, token or client certificate; the challenges for those who must say so, the
 * endpoint that issues tokens, people's sessions and their sign-in at an OpenID provider, and the audit log. May use
 * {@code oci}, {@code http}, {@code config}, {@code duty}, {@code policy}, {@code token} and {@code limit}. Start reading
 * with {@link org.fedoraproject.registry.auth.Authenticator}.
 */
package org.fedoraproject.registry.auth;
