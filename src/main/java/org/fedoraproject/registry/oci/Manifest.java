package org.fedoraproject.registry.oci;

import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest of any kind: image, index, Docker's manifest or list, or an artifact. It keeps the exact bytes that were
 * pushed; parsing only answers questions about them.
 */
public final class Manifest {
    /** The size that a registry must accept; it may refuse more (spec, "Pushing manifests"). */
    public static final int MAX_SIZE = 4 * 1024 * 1024;

    private final byte[] bytes;
    private final MediaType mediaType;
    private final List<Descriptor> blobs;
    private final List<Descriptor> manifests;
    private final Optional<Descriptor> config;
    private final Optional<Descriptor> subject;
    private final Optional<String> artifactType;

    private Manifest(byte[] bytes, MediaType mediaType, ManifestReader json) {
        this.bytes = bytes;
        this.mediaType = mediaType;
        this.manifests = Collections.unmodifiableList(json.manifests);
        this.blobs = Collections.unmodifiableList(json.blobs);
        this.config = json.config;
        this.subject = json.subject;
        this.artifactType = json.artifactType();
    }

    /**
     * Parses a manifest that is pushed (end-7).
     *
     * @param contentType the request's, if it has one
     * @throws RegistryException {@code MANIFEST_INVALID} with the reason
     */
    public static Manifest parse(byte[] bytes, Optional<MediaType> contentType) {
        ManifestReader json = ManifestReader.readPushed(bytes);
        Optional<MediaType> declared = json.mediaType();
        json.requireSchema2(declared.or(() -> contentType));
        json.requireImageOrIndex();
        MediaType stored = declared.orElse(json.impliedType());
        if (contentType.isPresent() && !contentType.get().equals(stored)) {
            throw RegistryException.of(
                    ErrorCode.MANIFEST_INVALID,
                    "Content-Type is " + contentType.get() + ", the manifest's mediaType "
                            + declared.map(MediaType::value).orElse("is missing"));
        }
        if (!stored.mayBeManifest()) {
            throw RegistryException.of(
                    ErrorCode.MANIFEST_INVALID,
                    "the type of a manifest is application/json or application/...+json, not " + stored);
        }
        return new Manifest(bytes, stored, json);
    }

    /**
     * Parses a manifest from disk, and leaves out what cannot be read. Empty if the bytes are no manifest, as in a
     * broken tree.
     */
    public static Optional<Manifest> parseStored(byte[] bytes) {
        try {
            ManifestReader json = ManifestReader.readStored(bytes);
            return storedType(bytes).map(type -> new Manifest(bytes, type, json));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /**
     * Finds the media type of a manifest from disk, where it is not stored: the declared one, or else the one that the
     * members imply. Reads no more of the bytes than needed.
     *
     * @return empty if the bytes are not a manifest
     */
    public static Optional<MediaType> storedType(byte[] bytes) {
        try (var parser = ManifestReader.PARSERS.createParser(new ByteArrayInputStream(bytes))) {
            return ManifestReader.scanType(parser);
        } catch (RuntimeException e) { // nesting that is too deep throws no JsonException
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

    /** An image's config, which is among the blobs too. */
    public Optional<Descriptor> config() {
        return config;
    }

    /** The children of an index or list; some builders also list layers there. */
    public List<Descriptor> manifests() {
        return manifests;
    }

    public Optional<Descriptor> subject() {
        return subject;
    }

    /**
     * The type that the referrers API reports: {@code artifactType}, else the config's media type (spec, "Listing
     * Referrers").
     */
    public Optional<String> artifactType() {
        return artifactType;
    }

    /** The annotations that are strings. */
    public Map<String, String> annotations() {
        return ManifestReader.annotations(bytes);
    }

    /**
     * The descriptor for the referrers API. It has no annotations if it would exceed {@code limit} bytes with them;
     * clients find them in the manifest itself.
     */
    public Referrer asReferrer(Digest name, int limit) {
        byte[] json = descriptor(name, true);
        return new Referrer(name, artifactType, json.length <= limit ? json : descriptor(name, false));
    }

    private byte[] descriptor(Digest name, boolean withAnnotations) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = ManifestReader.generator(out)) {
            json.writeStartObject()
                    .write("mediaType", mediaType.value())
                    .write("digest", name.toString())
                    .write("size", bytes.length);
            artifactType.ifPresent(type -> json.write("artifactType", type));
            if (withAnnotations) {
                ManifestReader.copyAnnotations(bytes, json);
            }
            json.writeEnd();
        }
        return out.toByteArray();
    }
}
