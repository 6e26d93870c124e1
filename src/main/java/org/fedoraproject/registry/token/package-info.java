/**
 * Bearer tokens: the ones that this registry issues, the keys that sign them, and the ones of another issuer. May use
 * {@code oci}, {@code nfs} for the keys on the share, {@code config}, {@code policy} and {@code limit}. Start reading
 * with {@link org.fedoraproject.registry.token.Tokens}, which verifies a token.
 */
package org.fedoraproject.registry.token;
