/**
 * What a client may take up: requests and uploads in a time or at once, sizes, the pace of bodies and answers, failed
 * logins. {@code AdmissionHandler} begins to enforce this before servlets and filters. May use {@code oci} and
 * {@code http}. Start reading with {@link org.fedoraproject.registry.limit.LimitConfig} and
 * {@link org.fedoraproject.registry.limit.AdmissionHandler}.
 */
package org.fedoraproject.registry.limit;
