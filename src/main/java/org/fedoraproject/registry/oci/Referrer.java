package org.fedoraproject.registry.oci;

import java.util.Optional;

/**
 * An entry in a subject's list of referrers (end-12).
 *
 * @param json the manifest's descriptor, in UTF-8
 */
public record Referrer(Digest digest, Optional<String> artifactType, byte[] json) {}
