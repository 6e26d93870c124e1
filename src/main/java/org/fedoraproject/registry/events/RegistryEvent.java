package org.fedoraproject.registry.events;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/**
 * Something that happened, with the fields of docker-distribution's notifications, and some more.
 *
 * @param repository empty if it is about all of them
 * @param mediaType of the target; empty if it has none
 * @param artifactType the same
 */
public record RegistryEvent(
        EventAction action,
        Optional<RepositoryName> repository,
        String mediaType,
        String artifactType,
        JsonObject target,
        Origin origin) {
    static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    private static final String OCTETS = "application/octet-stream";

    public static RegistryEvent blobPushed(RepositoryName name, Digest digest, long size, Origin origin) {
        return blob(EventAction.PUSH, name, digest, size, Optional.empty(), origin);
    }

    public static RegistryEvent blobPulled(RepositoryName name, Digest digest, long size, Origin origin) {
        return blob(EventAction.PULL, name, digest, size, Optional.empty(), origin);
    }

    public static RegistryEvent mounted(
            RepositoryName name, Digest digest, long size, RepositoryName from, Origin origin) {
        return blob(EventAction.MOUNT, name, digest, size, Optional.of(from), origin);
    }

    private static RegistryEvent blob(
            EventAction action,
            RepositoryName name,
            Digest digest,
            long size,
            Optional<RepositoryName> from,
            Origin origin) {
        JsonObjectBuilder target = content(OCTETS, size, digest).add("repository", name.value());
        from.ifPresent(source -> target.add("fromRepository", source.value()));
        return of(action, name, OCTETS, "", url(target, origin, name, "/blobs/" + digest), origin);
    }

    /** @param tag by which it was pushed */
    public static RegistryEvent manifestPushed(
            RepositoryName name, Digest digest, Manifest manifest, Optional<Tag> tag, Origin origin) {
        return manifest(EventAction.PUSH, name, digest, manifest, tag, Optional.empty(), origin);
    }

    /** @param before what the tag named until then */
    public static RegistryEvent tagged(
            RepositoryName name, Tag tag, Digest digest, Manifest manifest, Optional<Digest> before, Origin origin) {
        return manifest(EventAction.TAG, name, digest, manifest, Optional.of(tag), before, origin);
    }

    private static RegistryEvent manifest(
            EventAction action,
            RepositoryName name,
            Digest digest,
            Manifest manifest,
            Optional<Tag> tag,
            Optional<Digest> before,
            Origin origin) {
        String type = manifest.mediaType().value();
        String artifactType = manifest.artifactType().orElse("");
        JsonObjectBuilder target =
                content(type, manifest.bytes().length, digest).add("repository", name.value());
        url(target, origin, name, "/manifests/" + digest);
        tag.ifPresent(named -> target.add("tag", named.value()));
        if (!artifactType.isEmpty()) {
            target.add("artifactType", artifactType);
        }
        before.ifPresent(digestBefore -> target.add("previousDigest", digestBefore.toString()));
        manifest.subject()
                .ifPresent(subject -> target.add(
                        "subject",
                        JSON.createObjectBuilder()
                                .add("digest", subject.digest().toString())));
        return of(action, name, type, artifactType, target, origin);
    }

    public static RegistryEvent manifestPulled(
            RepositoryName name, Digest digest, String mediaType, long size, Optional<Tag> tag, Origin origin) {
        JsonObjectBuilder target = content(mediaType, size, digest).add("repository", name.value());
        url(target, origin, name, "/manifests/" + digest);
        tag.ifPresent(named -> target.add("tag", named.value()));
        return of(EventAction.PULL, name, mediaType, "", target, origin);
    }

    /** A blob, or a manifest. */
    public static RegistryEvent deleted(RepositoryName name, Digest digest, Origin origin) {
        JsonObjectBuilder target =
                JSON.createObjectBuilder().add("digest", digest.toString()).add("repository", name.value());
        return of(EventAction.DELETE, name, "", "", target, origin);
    }

    public static RegistryEvent untagged(RepositoryName name, Tag tag, Origin origin) {
        JsonObjectBuilder target =
                JSON.createObjectBuilder().add("repository", name.value()).add("tag", tag.value());
        return of(EventAction.DELETE, name, "", "", target, origin);
    }

    /**
     * A run of retention or of a collection has ended.
     *
     * @param status how
     * @param words what it did
     */
    public static RegistryEvent ended(EventAction action, String status, String words, Origin origin) {
        JsonObject target = JSON.createObjectBuilder()
                .add("status", status)
                .add("summary", words)
                .build();
        return new RegistryEvent(action, Optional.empty(), "", "", target, origin);
    }

    private static RegistryEvent of(
            EventAction action,
            RepositoryName name,
            String mediaType,
            String artifactType,
            JsonObjectBuilder target,
            Origin origin) {
        return new RegistryEvent(action, Optional.of(name), mediaType, artifactType, target.build(), origin);
    }

    private static JsonObjectBuilder content(String mediaType, long size, Digest digest) {
        return JSON.createObjectBuilder()
                .add("mediaType", mediaType)
                .add("size", size)
                .add("digest", digest.toString())
                .add("length", size);
    }

    private static JsonObjectBuilder url(JsonObjectBuilder target, Origin origin, RepositoryName name, String path) {
        return origin.url().isEmpty() ? target : target.add("url", origin.url() + "/v2/" + name + path);
    }

    /**
     * The event as JSON.
     *
     * @param instance what {@code source} says
     */
    JsonObject toJson(String id, Instant time, JsonObject instance) {
        JsonObjectBuilder json = JSON.createObjectBuilder()
                .add("id", id)
                .add("timestamp", time.toString())
                .add("action", action.toString())
                .add("target", target)
                .add("request", request())
                .add("actor", actor())
                .add("source", instance);
        return json.build();
    }

    private JsonObjectBuilder request() {
        JsonObjectBuilder request = JSON.createObjectBuilder();
        if (origin.isRequest()) {
            request.add("id", origin.id()).add("addr", origin.address());
            if (!origin.host().isEmpty()) {
                request.add("host", origin.host());
            }
            request.add("method", origin.method());
            if (!origin.userAgent().isEmpty()) {
                request.add("useragent", origin.userAgent());
            }
        }
        return request;
    }

    private JsonObjectBuilder actor() {
        JsonObjectBuilder actor = JSON.createObjectBuilder();
        return origin.actor().isEmpty() ? actor : actor.add("name", origin.actor());
    }
}
