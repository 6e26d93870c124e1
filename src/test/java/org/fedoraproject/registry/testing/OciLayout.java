package org.fedoraproject.registry.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.fedoraproject.registry.oci.Digest;

/** Content made by hand in an OCI layout: its digests are known before any client has touched it. */
public final class OciLayout {
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";

    /** Where the images have a program, which needs no other file: glibc's is linked statically. */
    public static final String PROGRAM = "/sbin/ldconfig";

    private final Path directory;
    private final Map<String, String> names = new TreeMap<>();

    public OciLayout(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    /** What is in the layout, described. */
    public record Entry(String mediaType, Digest digest, int size) {
        String json(String more) {
            return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}".formatted(mediaType, digest, size, more);
        }

        String json() {
            return json("");
        }
    }

    /** An image for linux with a layer for each text: the program, and a file with the text; the same each time. */
    public Entry image(String architecture, String... texts) throws IOException, InterruptedException {
        List<Entry> layers = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (String text : texts) {
            byte[] tar = tar(text);
            layers.add(add("application/vnd.oci.image.layer.v1.tar+gzip", gzip(tar)));
            ids.add("\"" + Digest.of(tar) + "\"");
        }
        String config = """
                {"architecture":"%s","os":"linux","config":{"Entrypoint":["%s"]},\
                "rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(architecture, PROGRAM, String.join(",", ids));
        return manifest(add("application/vnd.oci.image.config.v1+json", config), layers, "");
    }

    /** An index of images for these architectures, each of which has its name as the text. */
    public Entry index(String... architectures) throws IOException, InterruptedException {
        List<String> children = new ArrayList<>();
        for (String architecture : architectures) {
            children.add(image(architecture, architecture)
                    .json(",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}".formatted(architecture)));
        }
        return add(INDEX, """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}""".formatted(INDEX, String.join(",", children)));
    }

    /** Something said about a manifest, as signatures and attestations are. */
    public Entry artifact(String artifactType, Entry subject) throws IOException {
        Entry empty = add("application/vnd.oci.empty.v1+json", "{}");
        Entry layer = add("text/plain", "said about " + subject.digest());
        String more = ",\"artifactType\":\"%s\",\"subject\":%s".formatted(artifactType, subject.json());
        return manifest(empty, List.of(layer), more);
    }

    /** Gives content a name; returns it as skopeo and buildah take it. */
    public String name(String name, Entry entry) throws IOException {
        names.put(name, entry.json(",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}".formatted(name)));
        String index =
                names.values().stream().collect(Collectors.joining(",", "{\"schemaVersion\":2,\"manifests\":[", "]}"));
        Files.writeString(directory.resolve("index.json"), index);
        return "oci:" + directory + ":" + name;
    }

    public byte[] bytes(Digest digest) throws IOException {
        return Files.readAllBytes(blob(digest));
    }

    /** The digests of all blobs of a layout, whoever made it. */
    public static List<String> blobs(Path layout) throws IOException {
        try (Stream<Path> files = Files.list(layout.resolve("blobs/sha256"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Entry manifest(Entry config, List<Entry> layers, String more) throws IOException {
        String all = layers.stream().map(Entry::json).collect(Collectors.joining(","));
        String members = "\"config\":%s,\"layers\":[%s]%s".formatted(config.json(), all, more);
        return add(MANIFEST, "{\"schemaVersion\":2,\"mediaType\":\"%s\",%s}".formatted(MANIFEST, members));
    }

    private Entry add(String mediaType, String content) throws IOException {
        return add(mediaType, content.getBytes(StandardCharsets.UTF_8));
    }

    private Entry add(String mediaType, byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        Files.write(blob(digest), content);
        return new Entry(mediaType, digest, content.length);
    }

    private Path blob(Digest digest) {
        return directory.resolve("blobs/sha256").resolve(digest.hex());
    }

    private byte[] tar(String text) throws IOException, InterruptedException {
        Path root = directory.resolveSibling(directory.getFileName() + "-root");
        Path program = root.resolve(PROGRAM.substring(1));
        Files.createDirectories(program.getParent());
        Files.copy(Path.of(PROGRAM), program, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(root.resolve("text"), text);
        Path tar = root.resolveSibling("layer.tar");
        Command.of(directory, "tar", "--sort=name", "--mtime=@0", "-C", root.toString(), "-cf", tar.toString(), ".")
                .run();
        return Files.readAllBytes(tar);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }
}
