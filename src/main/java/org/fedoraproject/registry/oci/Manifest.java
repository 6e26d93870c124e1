package org.fedoraproject.registry.oci;

import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.List;
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
    private final Optional<String> artifactType;

    private Manifest(byte[] bytes, MediaType mediaType, ManifestReader json) {
        this.bytes = bytes;
        this.mediaType = mediaType;
        this.manifests = Collections.unmodifiableList(json.manifests);
        this.blobs = Collections.unmodifiableList(json.blobs);
        this.subject = json.subject;
        this.artifactType = json.artifactType();
    }

    /**
     * Reads a manifest as it is pushed (end-7).
     *
     * @param contentType of the request, where there is one
     * @throws RegistryException {@code MANIFEST_INVALID} naming what is wrong
     */
    public static Manifest parse(byte[] bytes, Optional<MediaType> contentType) {
        ManifestReader json = ManifestReader.pushed(bytes);
        Optional<MediaType> declared = json.mediaType();
        json.requireSchema2(declared.or(() -> contentType));
        json.requireOneThing();
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
     * Reads a manifest found on disk; empty where it is none, as broken trees have them. What in it cannot be read is left out.
     */
    public static Optional<Manifest> stored(byte[] bytes) {
        try {
            ManifestReader json = ManifestReader.stored(bytes);
            return storedType(bytes).map(type -> new Manifest(bytes, type, json));
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
    public Optional<String> artifactType() {
        return artifactType;
    }

    /**
     * Its descriptor as the referrers API lists it. One that would not fit into {@code limit} bytes is without annotations:
     * clients find them in the manifest itself.
     */
    public Referrer asReferrer(Digest name, int limit) {
        byte[] json = descriptor(name, true);
        return new Referrer(name, json.length <= limit ? json : descriptor(name, false));
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
