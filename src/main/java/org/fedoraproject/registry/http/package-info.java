/**
 * The request as the client sent it, where it came through proxies that are trusted to tell: address, scheme and host; its limits,
 * which begin before servlets and filters, in {@code Gate}; which scripts in browsers may read what is answered; and the body of
 * errors. May use {@code oci}.
 */
package org.fedoraproject.registry.http;
