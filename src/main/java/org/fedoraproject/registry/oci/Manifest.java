package org.fedoraproject.registry.oci;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest of any kind: image, index, Docker's manifest or list, or an artifact. It keeps the exact bytes it came in; what
 * was parsed only answers questions about them.
 */
public final class Manifest {
    /** A registry need take no more (spec, "Pushing manifests"). */
    public static final int MAX_SIZE = 4 * 1024 * 1024;

    private final byte[] bytes;
    private final MediaType mediaType;
    private final List<Descriptor> blobs;
    private final List<Descriptor> manifests;
    private final Optional<Descriptor> subject;
    private final Optional<MediaType> artifactType;
    private final Map<String, String> annotations;

    private Manifest(byte[] bytes, MediaType mediaType, ManifestReader json) {
        this.bytes = bytes;
        this.mediaType = mediaType;
        this.manifests = json.descriptors("manifests");
        List<Descriptor> referred = new ArrayList<>(json.descriptors("layers"));
        referred.addAll(json.descriptors("blobs"));
        Optional<Descriptor> config = json.descriptor("config");
        config.ifPresent(referred::add);
        this.blobs = List.copyOf(referred);
        this.subject = json.descriptor("subject");
        this.artifactType = json.mediaType("artifactType").or(() -> config.map(Descriptor::mediaType));
        this.annotations = json.annotations();
    }

    /**
     * Reads a manifest as it is pushed (end-7).
     *
     * @param contentType of the request, where there is one
     * @throws RegistryException {@code MANIFEST_INVALID} naming what is wrong
     */
    public static Manifest parse(byte[] bytes, Optional<MediaType> contentType) {
        ManifestReader json = ManifestReader.of(bytes);
        Optional<MediaType> declared = json.mediaType("mediaType");
        json.requireSchema2(declared.or(() -> contentType));
        MediaType stored = declared.orElse(json.impliedType());
        if (contentType.isPresent() && !contentType.get().equals(stored)) {
            throw RegistryException.of(
                    ErrorCode.MANIFEST_INVALID,
                    "Content-Type is " + contentType.get() + ", the manifest's mediaType "
                            + declared.map(MediaType::value).orElse("is missing"));
        }
        if (!storedType(bytes).equals(Optional.of(stored))) {
            throw RegistryException.of(ErrorCode.MANIFEST_INVALID, "more than one mediaType");
        }
        return new Manifest(bytes, stored, json);
    }

    /** Reads a manifest found on disk; empty where it is none, as broken trees have them. */
    public static Optional<Manifest> stored(byte[] bytes) {
        try {
            return Optional.of(parse(bytes, Optional.empty()));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /**
     * The media type of a manifest found on disk, where it is not kept: what the manifest declares, else what its members
     * imply. Reads no further than needed.
     *
     * @return empty where the bytes are not a manifest
     */
    public static Optional<MediaType> storedType(byte[] bytes) {
        try (var parser = ManifestReader.PARSERS.createParser(new ByteArrayInputStream(bytes))) {
            return ManifestReader.scanType(parser);
        } catch (RuntimeException e) { // too deep a nesting is no JsonException
            return Optional.empty();
        }
    }

    public byte[] bytes() {
        return bytes;
    }

    public MediaType mediaType() {
        return mediaType;
    }

    /** The sha256 digest. */
    public Digest digest() {
        return Digest.of(bytes);
    }

    /** Config, layers, and an artifact's blobs. */
    public List<Descriptor> blobs() {
        return blobs;
    }

    /** The children of an index or list; some builders list layers there. */
    public List<Descriptor> manifests() {
        return manifests;
    }

    public Optional<Descriptor> subject() {
        return subject;
    }

    /** As the referrers API reports it: {@code artifactType}, else the config's media type (spec, "Listing Referrers"). */
    public Optional<MediaType> artifactType() {
        return artifactType;
    }

    public Map<String, String> annotations() {
        return annotations;
    }
}
