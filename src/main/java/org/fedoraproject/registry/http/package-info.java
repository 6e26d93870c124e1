/**
 * The HTTP parts that other packages share: the request as the client sent it to trusted proxies (address, scheme and
 * host); the limits of requests, which {@code Gate} begins to enforce before servlets and filters; access for scripts
 * in browsers (CORS); and the body of errors. May use {@code oci}. Start reading with
 * {@link org.fedoraproject.registry.http.Gate} and {@link org.fedoraproject.registry.http.ForwardedFilter}.
 */
package org.fedoraproject.registry.http;
