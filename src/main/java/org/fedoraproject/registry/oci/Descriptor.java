package org.fedoraproject.registry.oci;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a manifest says about content that it refers to (OCI Image Specification, "Content Descriptors"), as far as the
 * registry uses it.
 *
 * @param size in bytes, as the manifest claims; empty if the manifest does not say
 * @param external whether the content is at {@code urls} of its own, so that a registry need not have it
 * @param mayBeManifest whether the media type may be a manifest's, or is missing; some builders list layers in an index
 */
public record Descriptor(
        Digest digest, OptionalLong size, Optional<Platform> platform, boolean external, boolean mayBeManifest) {

    /** The platform of an index's child; a part that is not given is empty. */
    public record Platform(String os, String architecture, String variant) {
        /** Whether this is the given operating system and architecture, in any variant. */
        public boolean isFor(String wantedOs, String wantedArchitecture) {
            return os.equals(wantedOs) && architecture.equals(wantedArchitecture);
        }

        /**
         * Whether this may be the wanted platform. A part that is not given here matches anything; a wanted platform
         * without a variant matches all variants.
         */
        public boolean mayMatch(Platform wanted) {
            return fits(os, wanted.os)
                    && fits(architecture, wanted.architecture)
                    && (wanted.variant.isEmpty() || fits(variant, wanted.variant));
        }

        private static boolean fits(String said, String wanted) {
            return said.isEmpty() || said.equals(wanted);
        }

        /** For example {@code linux/amd64} or {@code linux/arm/v7}. */
        @Override
        public String toString() {
            return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
        }
    }
}
