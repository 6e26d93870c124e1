package org.fedoraproject.registry.v2;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What the rows push: blobs as text, manifests as JSON. */
final class Samples {
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    static final String LAYER = "0123456789";
    static final String CONFIG = "{\"architecture\":\"amd64\",\"os\":\"linux\"}";

    static final String IMAGE = image(OCI_MANIFEST, "");
    static final String DOCKER_IMAGE = image(DOCKER_MANIFEST, "");
    static final String ARM_IMAGE = image(DOCKER_MANIFEST, ",\"annotations\":{\"for\":\"arm\"}");
    static final String LIST = index(
            DOCKER_LIST,
            child(ARM_IMAGE, DOCKER_MANIFEST, "arm64") + "," + child(DOCKER_IMAGE, DOCKER_MANIFEST, "amd64"),
            "");
    static final String INDEX = index(OCI_INDEX, child(IMAGE, OCI_MANIFEST, "amd64"), "");

    /** Digests that nothing has. */
    static final String NO_SHA256 = "sha256:" + "0".repeat(64);

    static final String NO_SHA512 = "sha512:" + "0".repeat(128);

    private Samples() {}

    /** @param members further ones, each with a comma before it */
    static String image(String type, String members) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"config\":" + descriptor(OCI_CONFIG, CONFIG)
                + ",\"layers\":[" + descriptor(OCI_LAYER, LAYER) + "]" + members + "}";
    }

    static String index(String type, String children, String members) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"manifests\":[" + children + "]" + members + "}";
    }

    /** A manifest that refers to nothing, and so can be pushed anywhere; another one for each name. */
    static String lone(String name) {
        return index(OCI_INDEX, "", ",\"annotations\":{\"name\":\"" + name + "\"}");
    }

    /** A manifest that names another as its subject, and nothing else. */
    static String referrer(String subject, String artifactType) {
        return index(
                OCI_INDEX,
                "",
                ",\"artifactType\":\"" + artifactType + "\",\"subject\":" + descriptor(OCI_INDEX, subject)
                        + ",\"annotations\":{\"note\":\"" + artifactType + "\"}");
    }

    static String descriptor(String type, String content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + sha256(content) + "\",\"size\":" + content.length()
                + "}";
    }

    private static String child(String content, String type, String architecture) {
        String descriptor = descriptor(type, content);
        return descriptor.substring(0, descriptor.length() - 1) + ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                + architecture + "\"}}";
    }

    static String sha256(String content) {
        return sha256(content.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] content) {
        return "sha256:" + hex("SHA-256", content);
    }

    static String sha512(String content) {
        return sha512(content.getBytes(StandardCharsets.UTF_8));
    }

    static String sha512(byte[] content) {
        return "sha512:" + hex("SHA-512", content);
    }

    /** Cuts digests and fillers, for names of rows. */
    static String shorten(String text) {
        return text.replaceAll("(sha(?:256|512)(?::|%3A)[0-9a-f]{6})[0-9a-f]+", "$1..")
                .replaceAll("((.)\\2{5})\\2{40,}", "$1..");
    }

    private static String hex(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
