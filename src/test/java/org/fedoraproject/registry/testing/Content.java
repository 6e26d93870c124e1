package org.fedoraproject.registry.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.MediaType;

/** Things to push. */
public final class Content {
    private Content() {}

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Always the same for the same size. */
    public static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    /** An image manifest. */
    public static Manifest image(Digest config, Digest... layers) {
        return manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "config": %s, "layers": [%s]}""".formatted(
                        MediaType.OCI_MANIFEST,
                        descriptor("application/vnd.oci.image.config.v1+json", config),
                        descriptors("application/vnd.oci.image.layer.v1.tar+gzip", layers)));
    }

    public static Manifest index(Digest... children) {
        return manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "manifests": [%s]}""".formatted(MediaType.OCI_INDEX, descriptors(MediaType.OCI_MANIFEST.value(), children)));
    }

    /** An artifact that says something about its subject; {@code note} makes it differ from others. */
    public static Manifest artifact(String artifactType, Digest subject, String note) {
        return manifest("""
                {"schemaVersion": 2, "mediaType": "%s", "artifactType": "%s", "layers": [], "subject": %s,
                 "annotations": {"note": "%s"}}""".formatted(
                MediaType.OCI_MANIFEST, artifactType, descriptor(MediaType.OCI_MANIFEST.value(), subject), note));
    }

    public static Manifest manifest(String json) {
        return Manifest.parse(bytes(json), Optional.empty());
    }

    public static String descriptor(String mediaType, Digest digest) {
        return """
                {"mediaType": "%s", "digest": "%s", "size": 1}""".formatted(mediaType, digest);
    }

    private static String descriptors(String mediaType, Digest... digests) {
        List<Digest> all = Arrays.asList(digests);
        return all.stream().map(digest -> descriptor(mediaType, digest)).collect(Collectors.joining(", "));
    }
}
