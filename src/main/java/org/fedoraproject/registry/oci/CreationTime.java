package org.fedoraproject.registry.oci;

import jakarta.json.stream.JsonParser;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * When content was created, as it says itself (OCI Image Specification, "Image Configuration" and "Annotations"). Empty
 * if it does not say, or not in the form of RFC 3339.
 *
 * <p>Reproducible builds write a fixed time: the zero of Go, the epoch, or 1980, where the time of ZIP files begins.
 * Such a time says nothing about age, so one before 1981 counts as none.
 */
public final class CreationTime {
    private static final String ANNOTATION = "org.opencontainers.image.created";
    private static final Instant FIRST = Instant.parse("1981-01-01T00:00:00Z");

    private CreationTime() {}

    /** By the member {@code created} of an image's config. */
    public static Optional<Instant> ofConfig(byte[] config) {
        return find(config, "created");
    }

    /** By the annotation {@value #ANNOTATION} of a manifest. */
    public static Optional<Instant> ofManifest(byte[] manifest) {
        return find(manifest, "annotations", ANNOTATION);
    }

    private static Optional<Instant> find(byte[] json, String... path) {
        try (var parser = ManifestReader.PARSERS.createParser(new ByteArrayInputStream(json), StandardCharsets.UTF_8)) {
            return parser.next() == JsonParser.Event.START_OBJECT
                    ? string(parser, 0, path).flatMap(CreationTime::parse)
                    : Optional.empty();
        } catch (RuntimeException e) { // nesting that is too deep throws no JsonException
            return Optional.empty();
        }
    }

    /** The string at the path, in the object that the parser is in. */
    private static Optional<String> string(JsonParser parser, int depth, String... path) {
        boolean isLast = depth == path.length - 1;
        while (parser.next() == JsonParser.Event.KEY_NAME) {
            boolean wanted = parser.getString().equals(path[depth]);
            JsonParser.Event value = parser.next();
            if (wanted && isLast && value == JsonParser.Event.VALUE_STRING) {
                return Optional.of(parser.getString());
            }
            if (wanted && !isLast && value == JsonParser.Event.START_OBJECT) {
                return string(parser, depth + 1, path);
            }
            ManifestReader.skip(parser, value);
        }
        return Optional.empty();
    }

    private static Optional<Instant> parse(String text) {
        try {
            return Optional.of(Instant.parse(text)).filter(time -> !time.isBefore(FIRST));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
