package org.fedoraproject.registry.oci;

import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes out of a manifest's JSON what the registry acts on, in one pass; nothing else is kept. A manifest that is pushed must be
 * one that docker-distribution reads too, for its collection ends at the first that it does not; each fault is {@code
 * MANIFEST_INVALID} and names the member. Of a manifest that is stored, what cannot be read is left out.
 */
final class ManifestReader {
    /** Found once: the look-up of the provider costs more than the parsing. */
    static final JsonParserFactory PARSERS = JsonProvider.provider().createParserFactory(Map.of());

    private static final Set<String> MEMBERS = Set.of(
            "schemaversion",
            "mediatype",
            "config",
            "layers",
            "blobs",
            "manifests",
            "subject",
            "artifacttype",
            "annotations");
    private static final Set<String> OF_DESCRIPTOR = Set.of("mediatype", "digest", "size", "urls");

    /** No answer depends on them, but docker-distribution reads no manifest where they are of another kind. */
    private static final Set<String> ALSO_OF_DESCRIPTOR = Set.of("annotations", "platform");

    private static final Set<String> OF_PLATFORM =
            Set.of("architecture", "os", "os.version", "os.features", "variant", "features");
    private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,18}");

    /** The descriptor of a config, layer or child as it is read. */
    private record Read(Optional<String> mediaType, Optional<Descriptor> descriptor) {}

    private final boolean pushed;
    private final JsonParser parser;

    final List<Descriptor> blobs = new ArrayList<>();
    final List<Descriptor> manifests = new ArrayList<>();
    Optional<Descriptor> subject = Optional.empty();
    String version = "";
    private Optional<String> mediaType = Optional.empty();
    private Optional<String> artifactType = Optional.empty();
    private Optional<String> configType = Optional.empty();
    private boolean hasManifests;
    private boolean hasContent;

    private ManifestReader(JsonParser parser, boolean pushed) {
        this.parser = parser;
        this.pushed = pushed;
    }

    /** Reads a manifest that somebody pushes. */
    static ManifestReader pushed(byte[] bytes) {
        return read(bytes, true);
    }

    /** Reads one that was found on disk. */
    static ManifestReader stored(byte[] bytes) {
        return read(bytes, false);
    }

    private static ManifestReader read(byte[] bytes, boolean pushed) {
        InputStream in = new ByteArrayInputStream(bytes);
        var text = pushed
                ? new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()) // which reports what is no UTF-8
                : new InputStreamReader(in, StandardCharsets.UTF_8);
        try (var parser = PARSERS.createParser(text)) {
            ManifestReader reader = new ManifestReader(parser, pushed);
            if (parser.next() == JsonParser.Event.START_OBJECT) {
                reader.members();
                if (!parser.hasNext()) { // throws where something other than blanks is behind
                    return reader;
                }
            }
        } catch (RegistryException e) {
            throw e;
        } catch (RuntimeException e) {
            // JsonException, or what the parser throws for nesting too deep, which is of no type of its own
        }
        throw invalid("not a JSON object in UTF-8 without a byte order mark");
    }

    /** Writes the annotations of a manifest that was read before, those that are strings. */
    static void copyAnnotations(byte[] bytes, JsonGenerator to) {
        try (var parser = PARSERS.createParser(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            parser.next();
            boolean copied = false;
            while (parser.next() == JsonParser.Event.KEY_NAME) {
                boolean wanted = !copied && parser.getString().equals("annotations");
                JsonParser.Event value = parser.next();
                if (wanted && value == JsonParser.Event.START_OBJECT) {
                    copied = copyStrings(parser, to);
                } else {
                    skip(parser, value);
                }
            }
        }
    }

    /** Whether there were any. */
    private static boolean copyStrings(JsonParser parser, JsonGenerator to) {
        boolean any = false;
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            String key = parser.getString();
            JsonParser.Event value = parser.next();
            if (value == JsonParser.Event.VALUE_STRING) {
                if (!any) {
                    to.writeStartObject("annotations");
                    any = true;
                }
                to.write(key, parser.getString());
            } else {
                skip(parser, value);
            }
        }
        if (any) {
            to.writeEnd();
        }
        return any;
    }

    static JsonGenerator generator(OutputStream out) {
        return Generators.FACTORY.createGenerator(out, StandardCharsets.UTF_8);
    }

    /** Not needed where manifests are only served. */
    private static final class Generators {
        static final jakarta.json.stream.JsonGeneratorFactory FACTORY =
                JsonProvider.provider().createGeneratorFactory(Map.of());
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

    /** What the manifest says that it is. */
    Optional<MediaType> mediaType() {
        return mediaType.map(MediaType::new);
    }

    /** What docker-distribution takes a manifest for that does not say what it is. */
    MediaType impliedType() {
        return hasManifests ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    }

    /** As the referrers API reports it. */
    Optional<String> artifactType() {
        return artifactType.or(() -> configType);
    }

    /** Image manifests, indexes and lists have {@code schemaVersion} 2; types that we do not know need none. */
    void requireSchema2(Optional<MediaType> type) {
        if (type.filter(MediaType::isSchema1).isPresent() || version.equals("1")) {
            throw invalid("schema 1 manifests are not supported; push with a current client,"
                    + " or convert the image with skopeo copy --format v2s2");
        }
        boolean versionNeeded = type.isEmpty()
                || type.get().equals(MediaType.OCI_MANIFEST)
                || type.get().equals(MediaType.OCI_INDEX)
                || type.get().equals(MediaType.DOCKER_MANIFEST)
                || type.get().equals(MediaType.DOCKER_LIST);
        if (versionNeeded && !version.equals("2")) {
            throw invalid("schemaVersion is not 2");
        }
    }

    /** Readers would take such a document for one or the other (CVE-2021-41190). */
    void requireOneThing() {
        if (hasManifests && hasContent) {
            throw invalid("both manifests, as an index has them, and config, layers or blobs, as an image has them");
        }
    }

    private void members() {
        Set<String> seen = new HashSet<>();
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            String key = key(parser.getString(), MEMBERS, Set.of(), seen);
            JsonParser.Event value = parser.next();
            switch (key) {
                case "schemaVersion" -> version = integer(key, value);
                case "mediaType" -> mediaType = string(key, value).filter(text -> !text.isEmpty());
                case "artifactType" -> artifactType = string(key, value).filter(text -> !text.isEmpty());
                case "annotations" -> strings(key, value);
                case "config" -> {
                    hasContent |= value != JsonParser.Event.VALUE_NULL;
                    Read config = descriptor(key, value);
                    configType = config.mediaType().filter(text -> !text.isEmpty());
                    config.descriptor().ifPresent(blobs::add);
                }
                case "layers", "blobs" -> {
                    hasContent |= value != JsonParser.Event.VALUE_NULL;
                    descriptors(key, value, blobs);
                }
                case "manifests" -> {
                    hasManifests = true;
                    descriptors(key, value, manifests);
                }
                case "subject" -> subject = descriptor(key, value).descriptor();
                default -> skip(parser, value);
            }
        }
    }

    /**
     * Go reads keys in any case, and takes the last of several.
     *
     * @param decisive those that must be there once and in the specification's letters, in the form of {@link #folded}
     * @param others those that may be there as Go reads them, in that form
     * @return the key in the specification's letters
     */
    private String key(String key, Set<String> decisive, Set<String> others, Set<String> seen) {
        if (pushed && key.length() < 32) {
            String folded = folded(key);
            if (others.contains(folded)) {
                return folded;
            }
            if (decisive.contains(folded)) {
                if (!seen.add(folded)) {
                    throw invalid("more than one " + key);
                }
                if (folded.equals(key.toLowerCase(Locale.ROOT)) && isSpelled(key, folded)) {
                    return key;
                }
                throw invalid("\"" + key + "\" is spelled in other letters than the specification has");
            }
        }
        return key;
    }

    private static boolean isSpelled(String key, String folded) {
        return switch (folded) {
            case "schemaversion" -> key.equals("schemaVersion");
            case "mediatype" -> key.equals("mediaType");
            case "artifacttype" -> key.equals("artifactType");
            default -> key.equals(folded);
        };
    }

    /** With the letters beyond ASCII that Go takes for s and k. */
    private static String folded(String key) {
        return key.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private void descriptors(String key, JsonParser.Event value, List<Descriptor> to) {
        if (value == JsonParser.Event.START_ARRAY) {
            JsonParser.Event entry = parser.next();
            while (entry != JsonParser.Event.END_ARRAY) {
                if (pushed && entry == JsonParser.Event.VALUE_NULL) {
                    throw invalid(key + " has a null");
                }
                descriptor(key, entry).descriptor().ifPresent(to::add);
                entry = parser.next();
            }
        } else {
            wrong(value, key + " is not an array");
        }
    }

    private Read descriptor(String key, JsonParser.Event value) {
        if (value != JsonParser.Event.START_OBJECT) {
            wrong(value, key + " is not a descriptor");
            return new Read(Optional.empty(), Optional.empty());
        }
        Set<String> seen = new HashSet<>();
        Optional<String> type = Optional.empty();
        Optional<String> digest = Optional.empty();
        OptionalLong size = OptionalLong.empty();
        Optional<Descriptor.Platform> platform = Optional.empty();
        boolean external = false;
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            String name = key(parser.getString(), OF_DESCRIPTOR, ALSO_OF_DESCRIPTOR, seen);
            JsonParser.Event member = parser.next();
            switch (name) {
                case "mediaType" -> type = string(key + ": mediaType", member);
                case "digest" -> digest = string(key + ": digest", member).filter(text -> !text.isEmpty());
                case "size" -> size = size(key + ": size", member);
                case "annotations" -> strings(key + ": annotations", member);
                case "urls" -> external = texts(key + ": urls", member);
                case "platform" -> platform = platform(key, member);
                default -> skip(parser, member);
            }
        }
        Optional<Digest> parsed = digest(key, digest);
        OptionalLong claimed = size;
        boolean outside = external;
        Optional<Descriptor.Platform> forWhom = platform;
        boolean mayBeManifest = type.filter(text -> !text.isEmpty())
                .map(MediaType::mayBeManifest)
                .orElse(true);
        return new Read(type, parsed.map(known -> new Descriptor(known, claimed, forWhom, outside, mayBeManifest)));
    }

    private OptionalLong size(String what, JsonParser.Event value) {
        integer(what, value);
        return value == JsonParser.Event.VALUE_NUMBER && parser.isIntegralNumber()
                ? OptionalLong.of(parser.getLong())
                : OptionalLong.empty();
    }

    /** A subject without a digest is none: docker-distribution takes it, and clients write it. */
    private Optional<Digest> digest(String key, Optional<String> digest) {
        try {
            if (digest.isPresent()) {
                return Optional.of(Digest.parse(digest.get()));
            }
        } catch (RegistryException e) {
            if (pushed) {
                throw invalid(key + ": " + e.getMessage());
            }
        }
        if (pushed && !key.equals("subject")) {
            throw invalid(key + " has no digest");
        }
        return Optional.empty();
    }

    private Optional<Descriptor.Platform> platform(String key, JsonParser.Event value) {
        if (value != JsonParser.Event.START_OBJECT) {
            wrong(value, key + ": platform is not an object");
            return Optional.empty();
        }
        String os = "";
        String architecture = "";
        String variant = "";
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            String name = key(parser.getString(), Set.of(), OF_PLATFORM, Set.of());
            JsonParser.Event member = parser.next();
            switch (name) {
                case "os" -> os = string(key + ": os", member).orElse("");
                case "architecture" ->
                    architecture = string(key + ": architecture", member).orElse("");
                case "variant" -> variant = string(key + ": variant", member).orElse("");
                case "os.version" -> string(key + ": os.version", member);
                case "features", "os.features" -> texts(key + ": " + name, member);
                default -> skip(parser, member);
            }
        }
        return Optional.of(new Descriptor.Platform(os, architecture, variant));
    }

    /** An array of texts; whether it has any. */
    private boolean texts(String what, JsonParser.Event value) {
        if (value != JsonParser.Event.START_ARRAY) {
            wrong(value, what + " is not an array");
            return false;
        }
        boolean any = false;
        JsonParser.Event entry = parser.next();
        while (entry != JsonParser.Event.END_ARRAY) {
            string(what, entry);
            any = true;
            entry = parser.next();
        }
        return any;
    }

    /** An object of texts. */
    private void strings(String what, JsonParser.Event value) {
        if (value != JsonParser.Event.START_OBJECT) {
            wrong(value, what + " is not an object");
            return;
        }
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            JsonParser.Event member = parser.next();
            if (member != JsonParser.Event.VALUE_STRING) {
                wrong(member, what + " has something else than a string");
            }
        }
    }

    private Optional<String> string(String what, JsonParser.Event value) {
        if (value == JsonParser.Event.VALUE_STRING) {
            return Optional.of(parser.getString());
        }
        wrong(value, what + " is not a string");
        return Optional.empty();
    }

    /** Its digits as they stand there, for 2.0 and 1e999 are no integers to who reads manifests. */
    private String integer(String what, JsonParser.Event value) {
        if (value == JsonParser.Event.VALUE_NUMBER) {
            String digits = parser.getString();
            if (!pushed || isLong(digits)) {
                return digits;
            }
            throw invalid(what + " is not an integer from 0 to 2^63-1");
        }
        wrong(value, what + " is not a number");
        return "";
    }

    private static boolean isLong(String digits) {
        if (!INTEGER.matcher(digits).matches()) {
            return false;
        }
        try {
            Long.parseLong(digits);
            return true;
        } catch (NumberFormatException e) {
            return false; // above 2^63-1
        }
    }

    /** A null is as if the member were not there. */
    private void wrong(JsonParser.Event value, String detail) {
        if (pushed && value != JsonParser.Event.VALUE_NULL) {
            throw invalid(detail);
        }
        skip(parser, value);
    }

    private static RegistryException invalid(String detail) {
        return RegistryException.of(ErrorCode.MANIFEST_INVALID, detail);
    }
}
