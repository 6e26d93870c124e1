package org.fedoraproject.registry.page;

import java.util.Locale;

/** What media types and artifact types mean to people. */
final class Kinds {
    static final String HELM = "application/vnd.cncf.helm.config.v1+json";
    static final String HELM_CHART = "Helm chart";
    static final String ARTIFACT = "Artifact";
    static final String FLATPAK_LABEL = "org.flatpak.ref";

    private Kinds() {}

    /** Whether a command may have the text as it is: it is one that clients have pushed. */
    static boolean isFlatpakRef(String text) {
        return text.matches(
                "(app|runtime)/[A-Za-z0-9][A-Za-z0-9._-]{0,254}/[a-z0-9_]{1,20}/[A-Za-z0-9][A-Za-z0-9._-]{0,100}");
    }

    /** Of something that refers to an image. */
    static String ofReferrer(String artifactType) {
        String type = artifactType.toLowerCase(Locale.ROOT);
        if (type.contains("cosign.artifact.sig")
                || type.contains("notary.signature")
                || type.contains("sigstore.bundle")) {
            return "Signature";
        }
        if (type.contains("spdx") || type.contains("cyclonedx") || type.contains("sbom") || type.contains("syft")) {
            return "SBOM";
        }
        if (type.contains("in-toto") || type.contains("attestation") || type.contains("slsa")) {
            return "Attestation";
        }
        if (type.contains("readme") || type.contains("markdown")) {
            return "README";
        }
        return ARTIFACT;
    }

    /** Of a tag by a convention of tools; empty for all others. */
    static String ofTag(String tag) {
        if (!tag.matches("sha(256|512)-[0-9a-f]{64,128}(\\.[a-z]+)?")) {
            return "";
        }
        return switch (tag.substring(tag.indexOf('.') + 1)) {
            case "sig" -> "Signature";
            case "att" -> "Attestation";
            case "sbom" -> "SBOM";
            default -> "Referrers";
        };
    }

    /** Of a manifest. */
    static String ofManifest(boolean isIndex, String configType, String artifactType) {
        if (isIndex) {
            return "Index";
        }
        if (configType.equals(HELM)) {
            return HELM_CHART;
        }
        boolean isImage = configType.equals("application/vnd.oci.image.config.v1+json")
                || configType.equals("application/vnd.docker.container.image.v1+json");
        return isImage && artifactType.isEmpty() ? "Image" : ARTIFACT;
    }
}
