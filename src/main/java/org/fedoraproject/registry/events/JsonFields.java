package org.fedoraproject.registry.events;

import jakarta.json.Json;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads a JSON document strictly: each mistake is an {@link IllegalArgumentException} that names the line and the field.
 */
final class JsonFields {
    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());

    private final JsonParser parser;
    private String path = "";

    private JsonFields(String text) {
        this.parser = PARSERS.createParser(new StringReader(text));
    }

    /** Reads a document that is an object. */
    static void read(String text, Consumer<JsonFields> document) {
        JsonFields json = new JsonFields(text);
        try {
            json.require(Event.START_OBJECT, "an object");
            document.accept(json);
            if (json.parser.hasNext()) {
                throw json.mistake("something after the end");
            }
        } catch (JsonParsingException e) {
            throw new IllegalArgumentException(
                    "line " + e.getLocation().getLineNumber() + ": not JSON (" + e.getMessage() + ")", e);
        } catch (NoSuchElementException e) {
            throw new IllegalArgumentException("not JSON: it ends too early", e);
        }
    }

    interface Field {
        /** Reads the value; returns false if there is no such field. */
        boolean read(String name);
    }

    /** Reads the fields of an object that has begun. */
    void fields(Field field) {
        String outer = path;
        Set<String> seen = new HashSet<>();
        while (parser.next() == Event.KEY_NAME) {
            String name = parser.getString();
            path = outer.isEmpty() ? name : outer + "." + name;
            if (!seen.add(name)) {
                throw mistake("is there twice");
            }
            boolean known = at(() -> field.read(name));
            if (!known) {
                throw mistake("there is no such field");
            }
            path = outer;
        }
    }

    /** Reads an array; calls {@code element} at the begin of each element, which is an object. */
    void objects(Runnable element) {
        String outer = path;
        require(Event.START_ARRAY, "an array");
        int index = 0;
        while (parser.next() != Event.END_ARRAY) {
            path = outer + "[" + index++ + "]";
            requireNow(Event.START_OBJECT, "an object");
            at(() -> {
                element.run();
                return true;
            });
        }
        path = outer;
    }

    /** Reads an array of texts, at least one. */
    void texts(Consumer<String> element) {
        String outer = path;
        require(Event.START_ARRAY, "an array");
        int index = 0;
        while (parser.next() != Event.END_ARRAY) {
            path = outer + "[" + index++ + "]";
            requireNow(Event.VALUE_STRING, "a text");
            at(() -> {
                element.accept(parser.getString());
                return true;
            });
        }
        path = outer;
        if (index == 0) {
            throw mistake("has no element: leave the field out for its default");
        }
    }

    String text() {
        require(Event.VALUE_STRING, "a text");
        return parser.getString();
    }

    double number() {
        require(Event.VALUE_NUMBER, "a number");
        return parser.getBigDecimal().doubleValue();
    }

    int wholeNumber() {
        require(Event.VALUE_NUMBER, "a whole number");
        try {
            return parser.getBigDecimal().intValueExact();
        } catch (ArithmeticException e) {
            throw mistake("is not a whole number");
        }
    }

    /** A mistake at this place. */
    IllegalArgumentException mistake(String what) {
        return new Mistake(
                "line " + parser.getLocation().getLineNumber() + ": " + (path.isEmpty() ? "" : path + ": ") + what);
    }

    /** Says where, with a mistake that does not. */
    private <T> T at(Supplier<T> read) {
        try {
            return read.get();
        } catch (Mistake | JsonParsingException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw mistake(e.getMessage());
        }
    }

    private void require(Event expected, String what) {
        parser.next();
        requireNow(expected, what);
    }

    private void requireNow(Event expected, String what) {
        if (parser.currentEvent() != expected) {
            throw mistake("is not " + what);
        }
    }

    /** Names its place. */
    private static final class Mistake extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private Mistake(String message) {
            super(message);
        }
    }
}
