package org.fedoraproject.registry.oci;

import jakarta.json.stream.JsonParser;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image's config says about the image (OCI Image Specification, "Image Configuration"), as far as it can be
 * read. A text that is not given is empty.
 *
 * @param created see {@link CreationTime}
 * @param faults what could not be read, for people
 */
public record ImageConfig(
        String os,
        String architecture,
        String variant,
        Optional<Instant> created,
        Map<String, String> labels,
        List<String> faults) {
    /** In characters, for all labels of an image together; labels beyond that are left out. */
    public static final int MAX_LABELS = 256 * 1024;

    /** In characters; the names of systems are short. */
    private static final int MAX_NAME = 128;

    public ImageConfig {
        labels = Map.copyOf(labels);
        faults = List.copyOf(faults);
    }

    /** Never throws: a config is content of clients. */
    public static ImageConfig parse(byte[] json) {
        Reader reader = new Reader();
        try (var parser = ManifestReader.PARSERS.createParser(new ByteArrayInputStream(json), StandardCharsets.UTF_8)) {
            reader.read(parser);
        } catch (RuntimeException e) { // nesting that is too deep throws no JsonException
            reader.faults.add("it is not JSON");
        }
        return new ImageConfig(
                reader.os,
                reader.architecture,
                reader.variant,
                CreationTime.ofConfig(json),
                reader.labels,
                reader.faults);
    }

    /** Collects what is read before the first fault of syntax. */
    private static final class Reader {
        private final Map<String, String> labels = new LinkedHashMap<>();
        private final List<String> faults = new ArrayList<>();
        private String os = "";
        private String architecture = "";
        private String variant = "";
        private int size;

        private void read(JsonParser parser) {
            if (parser.next() != JsonParser.Event.START_OBJECT) {
                faults.add("it is not an object");
                return;
            }
            while (parser.next() == JsonParser.Event.KEY_NAME) {
                String key = parser.getString();
                JsonParser.Event value = parser.next();
                switch (key) {
                    case "os" -> os = name(parser, key, value);
                    case "architecture" -> architecture = name(parser, key, value);
                    case "variant" -> variant = name(parser, key, value);
                    case "config" -> config(parser, value);
                    default -> ManifestReader.skip(parser, value);
                }
            }
        }

        private String name(JsonParser parser, String key, JsonParser.Event value) {
            if (value == JsonParser.Event.VALUE_STRING && parser.getString().length() <= MAX_NAME) {
                return parser.getString();
            }
            skip(parser, key, value);
            return "";
        }

        private void config(JsonParser parser, JsonParser.Event value) {
            if (value != JsonParser.Event.START_OBJECT) {
                skip(parser, "config", value);
                return;
            }
            while (parser.next() == JsonParser.Event.KEY_NAME) {
                boolean wanted = parser.getString().equals("Labels");
                JsonParser.Event member = parser.next();
                if (wanted && member == JsonParser.Event.START_OBJECT) {
                    labels(parser);
                } else if (wanted) {
                    skip(parser, "Labels", member);
                } else {
                    ManifestReader.skip(parser, member);
                }
            }
        }

        private void labels(JsonParser parser) {
            while (parser.next() == JsonParser.Event.KEY_NAME) {
                String key = parser.getString();
                JsonParser.Event value = parser.next();
                if (value != JsonParser.Event.VALUE_STRING) {
                    skip(parser, "a label", value);
                    continue;
                }
                String text = parser.getString();
                if (size + key.length() + text.length() > MAX_LABELS) {
                    fault("its labels are too long");
                } else {
                    size += key.length() + text.length();
                    labels.put(key, text);
                }
            }
        }

        private void skip(JsonParser parser, String what, JsonParser.Event value) {
            if (value != JsonParser.Event.VALUE_NULL) {
                fault(what + " has the wrong type or length");
            }
            ManifestReader.skip(parser, value);
        }

        private void fault(String text) {
            if (!faults.contains(text)) {
                faults.add(text);
            }
        }
    }
}
