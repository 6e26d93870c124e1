package org.fedoraproject.registry.events;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonPatch;
import jakarta.json.JsonStructure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The envelopes in the resources are what Debian's docker-registry 2.8.2 sent. */
class FormatTest {
    private static final RepositoryName NAME = RepositoryName.parse("team/app");
    private static final byte[] LAYER = "layer".getBytes(StandardCharsets.UTF_8);
    private static final Path GOLDEN = Path.of("src/test/resources/events");

    private static JsonObject golden(String name) throws IOException {
        try (var reader = Json.createReader(Files.newBufferedReader(GOLDEN.resolve(name + ".json")))) {
            return reader.readObject();
        }
    }

    /** An event of ours with the same request, and then in docker-distribution's envelope. */
    private static JsonObject ours(String name, JsonObject theirs) {
        JsonObject event = theirs.getJsonArray("events").getJsonObject(0);
        JsonObject request = event.getJsonObject("request");
        Origin origin = new Origin(
                "",
                request.getString("id"),
                request.getString("addr"),
                request.getString("host"),
                request.getString("method"),
                request.getString("useragent"),
                "http://" + request.getString("host"));
        RegistryEvent made = event(name, origin, event.getJsonObject("target"));
        JsonObject json = made.toJson(
                event.getString("id"), Instant.parse(event.getString("timestamp")), event.getJsonObject("source"));
        List<QueuedEvent> events =
                QueuedEvent.read(QueuedEvent.line(json, made.action() == EventAction.PULL ? 0.5 : -1));
        return parse(Format.DOCKER.body(events, true)).asJsonObject();
    }

    private static RegistryEvent event(String name, Origin origin, JsonObject target) {
        Digest blob = Digest.of(LAYER);
        Optional<Digest> digest =
                Optional.ofNullable(target.getString("digest", null)).map(Digest::parse);
        Tag tag = Tag.parse("v1");
        return switch (name) {
            case "push-blob" -> RegistryEvent.blobPushed(NAME, blob, LAYER.length, origin);
            case "mount" -> RegistryEvent.mounted(RepositoryName.parse("team/other"), blob, LAYER.length, NAME, origin);
            case "push-manifest" ->
                RegistryEvent.manifestPushed(NAME, digest.get(), manifest(), Optional.of(tag), origin);
            case "pull-manifest" ->
                RegistryEvent.manifestPulled(
                        NAME,
                        digest.get(),
                        manifest().mediaType().value(),
                        manifest().bytes().length,
                        Optional.of(tag),
                        origin);
            case "pull-blob" -> RegistryEvent.blobPulled(NAME, blob, LAYER.length, origin);
            case "delete-manifest" -> RegistryEvent.deleted(NAME, digest.get(), origin);
            case "delete-tag" -> RegistryEvent.untagged(NAME, tag, origin);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Manifest manifest() {
        String config = Digest.of("{}".getBytes(StandardCharsets.UTF_8)).toString();
        return Manifest.parse(
                ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                                + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":2,"
                                + "\"digest\":\"" + config + "\"},"
                                + "\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"size\":5,"
                                + "\"digest\":\"" + Digest.of(LAYER) + "\"}]}")
                        .getBytes(StandardCharsets.UTF_8),
                Optional.empty());
    }

    private static JsonStructure parse(byte[] body) {
        try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
            return reader.read();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"push-blob", "mount", "pull-manifest", "pull-blob", "delete-manifest", "delete-tag"})
    void envelopeIsDockerDistributions(String name) throws IOException {
        JsonObject theirs = golden(name);

        assertThat(ours(name, theirs)).isEqualTo(theirs);
    }

    /** The artifact type is ours. */
    @Test
    void manifestHasOneFieldMoreThanDockerDistributions() throws IOException {
        JsonObject theirs = golden("push-manifest");
        JsonObject ours = ours("push-manifest", theirs);

        JsonPatch more = Json.createPatchBuilder()
                .add("/events/0/target/artifactType", "application/vnd.oci.image.config.v1+json")
                .build();
        assertThat(ours).isEqualTo(more.apply(theirs));
    }

    private static QueuedEvent queued(RegistryEvent event) {
        JsonObject source = Json.createReader(new StringReader("{\"addr\":\"one\",\"instanceID\":\"i\"}"))
                .readObject();
        return QueuedEvent.read(
                        QueuedEvent.line(event.toJson("id-1", Instant.parse("2026-01-02T03:04:05Z"), source), -1))
                .getFirst();
    }

    private static QueuedEvent moved() {
        Origin origin = new Origin(
                "alice", "r-1", "192.0.2.1", "registry.example.org", "PUT", "podman", "https://registry.example.org");
        return queued(RegistryEvent.tagged(
                NAME, Tag.parse("v1"), manifest().digest(), manifest(), Optional.of(Digest.of(LAYER)), origin));
    }

    @Test
    void cloudEventHasTheRequiredAttributes() {
        JsonObject event =
                parse(Format.CLOUDEVENTS.body(List.of(moved()), false)).asJsonObject();

        assertThat(event.getString("specversion")).isEqualTo("1.0");
        assertThat(event.getString("id")).isEqualTo("id-1");
        assertThat(event.getString("source")).isEqualTo("//registry.example.org");
        assertThat(event.getString("type")).isEqualTo("org.fedoraproject.registry.tag");
        assertThat(event.getString("subject")).isEqualTo("team/app:v1");
        assertThat(event.getString("time")).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(event.getString("datacontenttype")).isEqualTo("application/json");
        JsonObject data = event.getJsonObject("data");
        assertThat(data.getString("action")).isEqualTo("tag");
        assertThat(data.getJsonObject("target").getString("previousDigest"))
                .isEqualTo(Digest.of(LAYER).toString());
        assertThat(data.getJsonObject("target").getString("artifactType"))
                .isEqualTo("application/vnd.oci.image.config.v1+json");
        assertThat(data.getJsonObject("actor").getString("name")).isEqualTo("alice");
        assertThat(data).doesNotContainKeys("id", "timestamp");
        assertThat(Format.CLOUDEVENTS.headers(List.of(moved()), false))
                .containsExactly(Map.entry("Content-Type", "application/cloudevents+json"));
    }

    @Test
    void severalCloudEventsAreABatch() {
        assertThat(parse(Format.CLOUDEVENTS.body(List.of(moved(), moved()), true))
                        .asJsonArray())
                .hasSize(2);
        assertThat(Format.CLOUDEVENTS.headers(List.of(moved()), true))
                .containsExactly(Map.entry("Content-Type", "application/cloudevents-batch+json"));
    }

    @Test
    void binaryCloudEventHasItsAttributesInHeaders() {
        assertThat(Format.CLOUDEVENTS_BINARY.headers(List.of(moved()), false))
                .containsExactlyInAnyOrder(
                        Map.entry("Content-Type", "application/json"),
                        Map.entry("ce-specversion", "1.0"),
                        Map.entry("ce-id", "id-1"),
                        Map.entry("ce-source", "//registry.example.org"),
                        Map.entry("ce-type", "org.fedoraproject.registry.tag"),
                        Map.entry("ce-subject", "team/app:v1"),
                        Map.entry("ce-time", "2026-01-02T03:04:05Z"));
        assertThat(parse(Format.CLOUDEVENTS_BINARY.body(List.of(moved()), false))
                        .asJsonObject())
                .containsKeys("action", "target", "request", "actor", "source");
    }

    @Test
    void endOfAJobIsAboutNoRepository() {
        QueuedEvent event =
                queued(RegistryEvent.ended(EventAction.COLLECTION, "COMPLETED", "3 blobs", Origin.job("collection")));

        JsonObject written =
                parse(Format.CLOUDEVENTS.body(List.of(event), false)).asJsonObject();

        assertThat(written.getString("source")).isEqualTo("//one");
        assertThat(written).doesNotContainKey("subject");
        assertThat(written.getJsonObject("data").getJsonObject("target").getString("status"))
                .isEqualTo("COMPLETED");
        assertThat(written.getJsonObject("data").getJsonObject("request")).isEmpty();
    }

    /** RFC 4231, test case 2. */
    @Test
    void signatureIsTheHmacOfTheBody() {
        assertThat(Sender.signature("Jefe", "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
