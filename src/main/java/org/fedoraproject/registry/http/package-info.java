/**
 * The HTTP parts that other packages share: the request as the client sent it to trusted proxies (address, scheme and
 * host); access for scripts in browsers (CORS); requests of the server to itself; the access log; and the body of
 * errors. May use {@code oci} and {@code config}. Start reading with
 * {@link org.fedoraproject.registry.http.ForwardedFilter}.
 */
package org.fedoraproject.registry.http;
