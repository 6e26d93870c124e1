package org.fedoraproject.registry.oci;

import java.util.Map;
import java.util.Optional;

/**
 * What a manifest says of content it refers to (OCI Image Specification, "Content Descriptors").
 *
 * @param size in bytes, as claimed by the manifest that holds it
 * @param external whether its bytes live at {@code urls} of its own, so that a registry need not have them
 */
public record Descriptor(
        MediaType mediaType,
        Digest digest,
        long size,
        Optional<MediaType> artifactType,
        Map<String, String> annotations,
        Optional<Platform> platform,
        boolean external) {

    /** For whom a child of an index is. */
    public record Platform(String os, String architecture) {}

    public Descriptor {
        annotations = Map.copyOf(annotations);
    }
}
