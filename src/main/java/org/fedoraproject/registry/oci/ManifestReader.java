package org.fedoraproject.registry.oci;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes a manifest's members out of its JSON; each wrong type is {@code MANIFEST_INVALID} and names the member. */
final class ManifestReader {
    /** Found once: the look-up of the provider costs more than the parsing. */
    static final JsonParserFactory PARSERS = JsonProvider.provider().createParserFactory(Map.of());

    private final JsonObject json;

    private ManifestReader(JsonObject json) {
        this.json = json;
    }

    static ManifestReader of(byte[] bytes) {
        try (var parser = PARSERS.createParser(new ByteArrayInputStream(bytes))) {
            parser.next();
            JsonObject json = parser.getObject();
            if (!parser.hasNext()) { // throws where something other than blanks is behind
                return new ManifestReader(json);
            }
        } catch (RuntimeException e) {
            // JsonException, or what the parser throws for nesting too deep, which is of no type of its own
        }
        throw invalid("not a JSON object");
    }

    /**
     * The type at the top of a manifest that is read as far as needed; empty where there is neither a type nor the version that
     * a manifest without one must have. An image's config, for one, is no manifest.
     */
    static Optional<MediaType> scanType(JsonParser parser) {
        if (!parser.hasNext() || parser.next() != JsonParser.Event.START_OBJECT) {
            return Optional.empty();
        }
        String version = "";
        boolean index = false;
        while (parser.hasNext() && parser.next() == JsonParser.Event.KEY_NAME) {
            String key = parser.getString();
            JsonParser.Event value = parser.next();
            if (key.equals("mediaType")
                    && value == JsonParser.Event.VALUE_STRING
                    && !parser.getString().isEmpty()) {
                return Optional.of(new MediaType(parser.getString()));
            }
            if (key.equals("schemaVersion") && value == JsonParser.Event.VALUE_NUMBER) {
                version = parser.getString();
            }
            index |= key.equals("manifests");
            skip(parser, value);
        }
        return switch (version) {
            case "" -> Optional.empty();
            case "1" -> Optional.of(MediaType.DOCKER_SCHEMA1);
            default -> Optional.of(index ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST);
        };
    }

    /** To the end of a value; Parsson's own methods for that never return where the text ends before. */
    private static void skip(JsonParser parser, JsonParser.Event value) {
        int depth = opens(value) ? 1 : 0;
        while (depth > 0) {
            JsonParser.Event event = parser.next();
            if (opens(event)) {
                depth++;
            } else if (event == JsonParser.Event.END_OBJECT || event == JsonParser.Event.END_ARRAY) {
                depth--;
            }
        }
    }

    private static boolean opens(JsonParser.Event event) {
        return event == JsonParser.Event.START_OBJECT || event == JsonParser.Event.START_ARRAY;
    }

    /** What docker-distribution takes a manifest for that does not say what it is. */
    MediaType impliedType() {
        return json.containsKey("manifests") ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    }

    /** Image manifests, indexes and lists have {@code schemaVersion} 2; types that we do not know need none. */
    void requireSchema2(Optional<MediaType> type) {
        JsonValue version = json.get("schemaVersion");
        if (type.filter(MediaType::isSchema1).isPresent() || version instanceof JsonNumber one && one.intValue() == 1) {
            throw invalid("schema 1 manifests are not supported; push schema 2 or an OCI manifest");
        }
        boolean versionNeeded = type.isEmpty()
                || type.get().equals(MediaType.OCI_MANIFEST)
                || type.get().equals(MediaType.OCI_INDEX)
                || type.get().equals(MediaType.DOCKER_MANIFEST)
                || type.get().equals(MediaType.DOCKER_LIST);
        if (versionNeeded && !(version instanceof JsonNumber two && two.intValue() == 2)) {
            throw invalid("schemaVersion is not 2");
        }
    }

    Optional<MediaType> mediaType(String key) {
        return string(json, key).filter(text -> !text.isEmpty()).map(MediaType::new);
    }

    Optional<Descriptor> descriptor(String key) {
        JsonValue value = json.get(key);
        return isAbsent(value) ? Optional.empty() : Optional.of(descriptor(key, value));
    }

    List<Descriptor> descriptors(String key) {
        JsonValue value = json.get(key);
        if (isAbsent(value)) {
            return List.of();
        }
        if (!(value instanceof JsonArray array)) {
            throw invalid(key + " is not an array");
        }
        return array.stream().map(entry -> descriptor(key, entry)).toList();
    }

    Map<String, String> annotations() {
        return annotations(json);
    }

    private static Descriptor descriptor(String key, JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            throw invalid(key + " is not a descriptor");
        }
        String digest = string(object, "digest").orElseThrow(() -> invalid(key + " has no digest"));
        return new Descriptor(
                new MediaType(string(object, "mediaType").orElseThrow(() -> invalid(key + " has no mediaType"))),
                parseDigest(key, digest),
                object.get("size") instanceof JsonNumber size && size.isIntegral() ? size.longValue() : -1,
                string(object, "artifactType").filter(text -> !text.isEmpty()).map(MediaType::new),
                annotations(object),
                object.get("platform") instanceof JsonObject platform
                        ? Optional.of(new Descriptor.Platform(
                                string(platform, "os").orElse(""),
                                string(platform, "architecture").orElse("")))
                        : Optional.empty(),
                object.get("urls") instanceof JsonArray urls && !urls.isEmpty());
    }

    private static Digest parseDigest(String key, String digest) {
        try {
            return Digest.parse(digest);
        } catch (RegistryException e) {
            throw invalid(key + ": " + e.getMessage());
        }
    }

    private static Map<String, String> annotations(JsonObject object) {
        if (!(object.get("annotations") instanceof JsonObject members)) {
            return Map.of();
        }
        Map<String, String> annotations = new HashMap<>();
        members.forEach((key, value) -> {
            if (!(value instanceof JsonString text)) {
                throw invalid("annotation " + key + " is not a string");
            }
            annotations.put(key, text.getString());
        });
        return annotations;
    }

    private static Optional<String> string(JsonObject object, String key) {
        JsonValue value = object.get(key);
        if (isAbsent(value)) {
            return Optional.empty();
        }
        if (!(value instanceof JsonString text)) {
            throw invalid(key + " is not a string");
        }
        return Optional.of(text.getString());
    }

    private static boolean isAbsent(JsonValue value) {
        return value == null || value.getValueType() == JsonValue.ValueType.NULL;
    }

    private static RegistryException invalid(String detail) {
        return RegistryException.of(ErrorCode.MANIFEST_INVALID, detail);
    }
}
