package org.fedoraproject.registry.oci;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a manifest says of content it refers to (OCI Image Specification, "Content Descriptors"), as far as the registry acts on
 * it.
 *
 * @param size in bytes, as the manifest that holds it claims; empty where it does not say
 * @param external whether its bytes live at {@code urls} of its own, so that a registry need not have them
 */
public record Descriptor(Digest digest, OptionalLong size, Optional<Platform> platform, boolean external) {

    /** For whom a child of an index is. */
    public record Platform(String os, String architecture) {
        /** As in {@code linux/amd64}. */
        @Override
        public String toString() {
            return os + "/" + architecture;
        }
    }
}
