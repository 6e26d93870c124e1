/**
 * Sending the bytes of blobs over a CDN: the redirect and its loop guards, the probe that takes it back while the CDN is down,
 * signed URLs, and the purge of what was deleted. May use {@code oci}, {@code store} (for its queues), {@code repository},
 * {@code events}, {@code auth}, {@code http}, {@code config} and {@code cluster}. Start with {@link org.fedoraproject.registry.cdn.CdnRedirectFilter}.
 */
package org.fedoraproject.registry.cdn;
