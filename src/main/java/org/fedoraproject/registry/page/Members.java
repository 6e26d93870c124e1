package org.fedoraproject.registry.page;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members of a JSON object that clients have pushed, for people. What has another type than expected counts as
 * missing. Long texts are cut, so that a page stays short.
 */
final class Members {
    static final Members NONE = new Members(JsonValue.EMPTY_JSON_OBJECT);

    /** In characters. */
    private static final int MAX_TEXT = 2000;

    private static final String CUT = " …";
    private static final JsonReaderFactory READERS = JsonProvider.provider().createReaderFactory(Map.of());

    private final JsonObject json;

    private Members(JsonObject json) {
        this.json = json;
    }

    /** Empty if the bytes are no JSON object. */
    static Optional<Members> parse(byte[] bytes) {
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            return Optional.of(new Members(reader.readObject()));
        } catch (RuntimeException e) { // nesting that is too deep throws no JsonException
            return Optional.empty();
        }
    }

    /** Empty if there is none. */
    String text(String name) {
        return text(json.get(name));
    }

    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + CUT;
    }

    private static String text(JsonValue value) {
        return value instanceof JsonString string ? cut(string.getString(), MAX_TEXT) : "";
    }

    /** 0 if there is none. */
    long number(String name) {
        return json.get(name) instanceof JsonNumber number ? Math.max(0, number.longValue()) : 0;
    }

    boolean isTrue(String name) {
        return JsonValue.TRUE.equals(json.get(name));
    }

    boolean has(String name) {
        return json.containsKey(name);
    }

    Optional<Instant> time(String name) {
        try {
            return Optional.of(text(name)).filter(text -> !text.isEmpty()).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Without members if there is none. */
    Members object(String name) {
        return json.get(name) instanceof JsonObject object ? new Members(object) : NONE;
    }

    /** The elements that are objects. */
    List<Members> objects(String name) {
        return array(name).stream()
                .filter(JsonObject.class::isInstance)
                .map(value -> new Members(value.asJsonObject()))
                .toList();
    }

    /** The elements that are texts. */
    List<String> texts(String name) {
        return array(name).stream()
                .filter(JsonString.class::isInstance)
                .map(Members::text)
                .toList();
    }

    private JsonArray array(String name) {
        return json.get(name) instanceof JsonArray array ? array : JsonValue.EMPTY_JSON_ARRAY;
    }

    /** The names of the members. */
    List<String> names() {
        return List.copyOf(json.keySet());
    }

    /** The members that are texts, in their order. */
    Map<String, String> map(String name) {
        Map<String, String> found = new LinkedHashMap<>();
        object(name).json.forEach((key, value) -> {
            if (value instanceof JsonString) {
                found.put(cut(key, MAX_TEXT), text(value));
            }
        });
        return found;
    }
}
