package org.fedoraproject.registry.oci;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a manifest says of content it refers to (OCI Image Specification, "Content Descriptors"), as far as the registry acts on
 * it.
 *
 * @param size in bytes, as the manifest that holds it claims; empty where it does not say
 * @param external whether its bytes live at {@code urls} of its own, so that a registry need not have them
 * @param mayBeManifest whether its media type is one that manifests have, or it has none. Some builders list layers in an index
 */
public record Descriptor(
        Digest digest, OptionalLong size, Optional<Platform> platform, boolean external, boolean mayBeManifest) {

    /** For whom a child of an index is; each part is empty where it does not say. */
    public record Platform(String os, String architecture, String variant) {
        /** Whether it says that it is for these, in any variant. */
        public boolean isFor(String wantedOs, String wantedArchitecture) {
            return os.equals(wantedOs) && architecture.equals(wantedArchitecture);
        }

        /** Whether it may be the wanted one, which has all variants where it names none: what this does not say may be anything. */
        public boolean mayBe(Platform wanted) {
            return fits(os, wanted.os)
                    && fits(architecture, wanted.architecture)
                    && (wanted.variant.isEmpty() || fits(variant, wanted.variant));
        }

        private static boolean fits(String said, String wanted) {
            return said.isEmpty() || said.equals(wanted);
        }

        /** As in {@code linux/amd64} and {@code linux/arm/v7}. */
        @Override
        public String toString() {
            return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
        }
    }
}
