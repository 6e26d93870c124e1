package org.fedoraproject.registry.oci;

/**
 * A manifest as the referrers of its subject list it (end-12).
 *
 * @param json its descriptor, in UTF-8
 */
public record Referrer(Digest digest, byte[] json) {}
