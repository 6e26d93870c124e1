package org.fedoraproject.registry.cdn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.testing.Content;

/** An image that clients can unpack: each layer is one file of random bytes. */
record Image(byte[] config, List<byte[]> layers) {
    private static final int BLOCK = 512;

    /** @param sizes of the layers' files, all different */
    static Image of(int... sizes) throws IOException {
        List<byte[]> layers = new ArrayList<>();
        StringBuilder ids = new StringBuilder();
        for (int size : sizes) {
            byte[] tar = tar("file-" + size, Content.random(size));
            layers.add(gzip(tar));
            ids.append(ids.isEmpty() ? "" : ",")
                    .append('"')
                    .append(Digest.of(tar))
                    .append('"');
        }
        String config = """
                {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [%s]}}""".formatted(ids);
        return new Image(Content.bytes(config), layers);
    }

    Digest digest(int layer) {
        return Digest.of(layers.get(layer));
    }

    void push(Pushes registry, String name, String tag) throws IOException, InterruptedException {
        StringBuilder descriptors = new StringBuilder();
        for (byte[] layer : layers) {
            registry.blob(name, layer);
            descriptors
                    .append(descriptors.isEmpty() ? "" : ",")
                    .append(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer));
        }
        registry.blob(name, config);
        Manifest manifest = Content.manifest(
                """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": %s, "layers": [%s]}""".formatted(descriptor("application/vnd.oci.image.config.v1+json", config), descriptors));
        registry.manifest(name, tag, manifest);
    }

    private static String descriptor(String mediaType, byte[] content) {
        return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}"
                .formatted(mediaType, Digest.of(content), content.length);
    }

    /** POSIX.1-1988's format: a header, the content, and zeros up to the next block and the end. */
    private static byte[] tar(String name, byte[] content) {
        byte[] tar = new byte[BLOCK + (content.length + BLOCK - 1) / BLOCK * BLOCK + 2 * BLOCK];
        put(tar, 0, name);
        put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0" + "%011o\0".formatted(content.length) + "00000000000\0");
        put(tar, 148, "        0");
        put(tar, 257, "ustar\0" + "00");
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += tar[i];
        }
        put(tar, 148, "%06o\0 ".formatted(sum));
        System.arraycopy(content, 0, tar, BLOCK, content.length);
        return tar;
    }

    private static void put(byte[] tar, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, tar, at, bytes.length);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(content);
        }
        return zipped.toByteArray();
    }
}
