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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the members of a manifest's JSON that the registry uses, in one pass; nothing else is kept. A manifest that is
 * pushed must be readable by docker-distribution too, because its garbage collection stops at the first manifest that
 * it cannot read. Each fault is {@code MANIFEST_INVALID} and names the member. In a stored manifest, unreadable members
 * are left out.
 */
final class ManifestReader {
    /** Created once, because the look-up of the provider costs more than the parsing. */
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
    private static final Set<String> DESCRIPTOR_MEMBERS = Set.of("mediatype", "digest", "size", "urls");

    /**
     * The registry does not use these, but docker-distribution reads no manifest where they have the wrong JSON type.
     */
    private static final Set<String> UNUSED_DESCRIPTOR_MEMBERS = Set.of("annotations", "platform");

    private static final Set<String> PLATFORM_MEMBERS =
            Set.of("architecture", "os", "os.version", "os.features", "variant", "features");
    private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,18}");

    /** A config's, layer's or child's descriptor, with the media type as it is written there. */
    private record ParsedDescriptor(Optional<String> mediaType, Optional<Descriptor> descriptor) {}

    private final boolean pushed;
    private final JsonParser parser;

    final List<Descriptor> blobs = new ArrayList<>();
    final List<Descriptor> manifests = new ArrayList<>();
    Optional<Descriptor> config = Optional.empty();
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

    /** Reads a manifest that is pushed, and refuses faults. */
    static ManifestReader readPushed(byte[] bytes) {
        return read(bytes, true);
    }

    /** Reads a manifest from disk, and leaves out what cannot be read. */
    static ManifestReader readStored(byte[] bytes) {
        return read(bytes, false);
    }

    private static ManifestReader read(byte[] bytes, boolean pushed) {
        InputStream in = new ByteArrayInputStream(bytes);
        var text = pushed
                ? new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()) // this decoder reports invalid UTF-8
                : new InputStreamReader(in, StandardCharsets.UTF_8);
        try (var parser = PARSERS.createParser(text)) {
            ManifestReader reader = new ManifestReader(parser, pushed);
            if (parser.next() == JsonParser.Event.START_OBJECT) {
                reader.members();
                if (!parser.hasNext()) { // throws if anything but white space follows
                    return reader;
                }
            }
        } catch (RegistryException e) {
            throw e;
        } catch (RuntimeException e) {
            // JsonException, or the parser's exception for deep nesting, which has no type of its own
        }
        throw invalid("not a JSON object in UTF-8 without a byte order mark");
    }

    /** Copies the annotations that are strings from a manifest that was read before. */
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

    /** Returns whether there were any. */
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

    /** The annotations that are strings, of a manifest that was read before. */
    static Map<String, String> annotations(byte[] bytes) {
        Map<String, String> annotations = new LinkedHashMap<>();
        try (var parser = PARSERS.createParser(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            parser.next();
            while (parser.next() == JsonParser.Event.KEY_NAME) {
                boolean wanted = parser.getString().equals("annotations");
                JsonParser.Event value = parser.next();
                if (wanted && value == JsonParser.Event.START_OBJECT) {
                    addStrings(parser, annotations);
                } else {
                    skip(parser, value);
                }
            }
        }
        return annotations;
    }

    /** Adds the members of an object that are strings. */
    private static void addStrings(JsonParser parser, Map<String, String> to) {
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            String key = parser.getString();
            JsonParser.Event value = parser.next();
            if (value == JsonParser.Event.VALUE_STRING) {
                to.put(key, parser.getString());
            } else {
                skip(parser, value);
            }
        }
    }

    static JsonGenerator generator(OutputStream out) {
        return Generators.FACTORY.createGenerator(out, StandardCharsets.UTF_8);
    }

    /** Loaded on first use; an instance that only serves manifests does not need it. */
    private static final class Generators {
        static final jakarta.json.stream.JsonGeneratorFactory FACTORY =
                JsonProvider.provider().createGeneratorFactory(Map.of());
    }

    /**
     * Finds a manifest's media type and reads only as far as needed. Empty if there is neither a type nor the version
     * that a manifest without a type must have; an image's config, for example, is no manifest.
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

    /** Skips to the end of a value. Parsson's own methods for this never return if the text ends too early. */
    static void skip(JsonParser parser, JsonParser.Event value) {
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

    /** The declared media type. */
    Optional<MediaType> mediaType() {
        return mediaType.map(MediaType::new);
    }

    /** The type that docker-distribution assumes for a manifest that declares none. */
    MediaType impliedType() {
        return hasManifests ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    }

    /** The type that the referrers API reports. */
    Optional<String> artifactType() {
        return artifactType.or(() -> configType);
    }

    /** Requires {@code schemaVersion} 2 of image manifests, indexes and lists; unknown types need none. */
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

    /** Refuses a document that some clients read as an image and others as an index (CVE-2021-41190). */
    void requireImageOrIndex() {
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
                case "annotations" -> stringMap(key, value);
                case "config" -> {
                    hasContent |= value != JsonParser.Event.VALUE_NULL;
                    ParsedDescriptor parsed = descriptor(key, value);
                    configType = parsed.mediaType().filter(text -> !text.isEmpty());
                    config = parsed.descriptor();
                    config.ifPresent(blobs::add);
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
     * Refuses keys that Go reads differently: Go ignores the case of keys, and uses the last of several equal ones.
     *
     * @param decisive keys that may be there only once and only in the specification's spelling, as {@link #folded}
     * @param others keys that may be there in any spelling that Go reads, as {@link #folded}
     * @return the key in the specification's spelling
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

    /** In lower case, also folding the letters beyond ASCII that Go reads as s and k. */
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
            refuseOrSkip(value, key + " is not an array");
        }
    }

    private ParsedDescriptor descriptor(String key, JsonParser.Event value) {
        if (value != JsonParser.Event.START_OBJECT) {
            refuseOrSkip(value, key + " is not a descriptor");
            return new ParsedDescriptor(Optional.empty(), Optional.empty());
        }
        Set<String> seen = new HashSet<>();
        Optional<String> type = Optional.empty();
        Optional<String> digest = Optional.empty();
        OptionalLong size = OptionalLong.empty();
        Optional<Descriptor.Platform> platform = Optional.empty();
        boolean external = false;
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            String name = key(parser.getString(), DESCRIPTOR_MEMBERS, UNUSED_DESCRIPTOR_MEMBERS, seen);
            JsonParser.Event member = parser.next();
            switch (name) {
                case "mediaType" -> type = string(key + ": mediaType", member);
                case "digest" -> digest = string(key + ": digest", member).filter(text -> !text.isEmpty());
                case "size" -> size = size(key + ": size", member);
                case "annotations" -> stringMap(key + ": annotations", member);
                case "urls" -> external = stringArray(key + ": urls", member);
                case "platform" -> platform = platform(key, member);
                default -> skip(parser, member);
            }
        }
        Optional<Digest> parsed = digest(key, digest);
        OptionalLong parsedSize = size;
        boolean isExternal = external;
        Optional<Descriptor.Platform> parsedPlatform = platform;
        boolean mayBeManifest = type.filter(text -> !text.isEmpty())
                .map(MediaType::mayBeManifest)
                .orElse(true);
        return new ParsedDescriptor(
                type,
                parsed.map(known -> new Descriptor(known, parsedSize, parsedPlatform, isExternal, mayBeManifest)));
    }

    private OptionalLong size(String what, JsonParser.Event value) {
        integer(what, value);
        return value == JsonParser.Event.VALUE_NUMBER && parser.isIntegralNumber()
                ? OptionalLong.of(parser.getLong())
                : OptionalLong.empty();
    }

    /** A subject without a digest counts as none: clients write it, and docker-distribution accepts it. */
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
            refuseOrSkip(value, key + ": platform is not an object");
            return Optional.empty();
        }
        String os = "";
        String architecture = "";
        String variant = "";
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            String name = key(parser.getString(), Set.of(), PLATFORM_MEMBERS, Set.of());
            JsonParser.Event member = parser.next();
            switch (name) {
                case "os" -> os = string(key + ": os", member).orElse("");
                case "architecture" ->
                    architecture = string(key + ": architecture", member).orElse("");
                case "variant" -> variant = string(key + ": variant", member).orElse("");
                case "os.version" -> string(key + ": os.version", member);
                case "features", "os.features" -> stringArray(key + ": " + name, member);
                default -> skip(parser, member);
            }
        }
        return Optional.of(new Descriptor.Platform(os, architecture, variant));
    }

    /** Reads an array of strings; returns whether it has any. */
    private boolean stringArray(String what, JsonParser.Event value) {
        if (value != JsonParser.Event.START_ARRAY) {
            refuseOrSkip(value, what + " is not an array");
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

    /** Reads an object whose values are strings. */
    private void stringMap(String what, JsonParser.Event value) {
        if (value != JsonParser.Event.START_OBJECT) {
            refuseOrSkip(value, what + " is not an object");
            return;
        }
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            JsonParser.Event member = parser.next();
            if (member != JsonParser.Event.VALUE_STRING) {
                refuseOrSkip(member, what + " has a value that is not a string");
            }
        }
    }

    private Optional<String> string(String what, JsonParser.Event value) {
        if (value == JsonParser.Event.VALUE_STRING) {
            return Optional.of(parser.getString());
        }
        refuseOrSkip(value, what + " is not a string");
        return Optional.empty();
    }

    /** Returns the digits as written, because Go does not read 2.0 and 1e999 as integers. */
    private String integer(String what, JsonParser.Event value) {
        if (value == JsonParser.Event.VALUE_NUMBER) {
            String digits = parser.getString();
            if (!pushed || isLong(digits)) {
                return digits;
            }
            throw invalid(what + " is not an integer from 0 to 2^63-1");
        }
        refuseOrSkip(value, what + " is not a number");
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

    /** Refuses a value of the wrong type, or skips it. A null counts as a missing member. */
    private void refuseOrSkip(JsonParser.Event value, String detail) {
        if (pushed && value != JsonParser.Event.VALUE_NULL) {
            throw invalid(detail);
        }
        skip(parser, value);
    }

    private static RegistryException invalid(String detail) {
        return RegistryException.of(ErrorCode.MANIFEST_INVALID, detail);
    }
}
