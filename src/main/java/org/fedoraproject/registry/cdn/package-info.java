/**
 * Serving blobs through a CDN: the redirect and its exemptions, the probe that stops redirects while the CDN is down,
 * signed URLs, and the purge of deleted blobs. May use {@code oci}, {@code store} (for its queues), {@code repository},
 * {@code edge}, {@code http}, {@code config}, {@code cluster} and {@code duty}. Start reading with
 * {@link org.fedoraproject.registry.cdn.CdnRedirect}.
 */
package org.fedoraproject.registry.cdn;
