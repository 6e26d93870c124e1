package org.fedoraproject.registry.events;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event as the queue has it: a line of JSON. An entry of the queue has a line for each event.
 *
 * @param json as the endpoint gets it
 */
record QueuedEvent(String line, JsonObject json, EventAction action, Instant time, double sample) {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final String SAMPLE = "sample";

    /** The line of a new event. */
    static String line(JsonObject event, double sample) {
        return sample < 0
                ? event.toString()
                : RegistryEvent.JSON
                        .createObjectBuilder(event)
                        .add(SAMPLE, sample)
                        .build()
                        .toString();
    }

    /** The events of an entry, without what is not readable. */
    static List<QueuedEvent> read(String entry) {
        List<QueuedEvent> events = new ArrayList<>();
        for (String line : entry.split("\n")) {
            parse(line).ifPresent(events::add);
        }
        return events;
    }

    static Optional<QueuedEvent> parse(String line) {
        try (JsonReader reader = READERS.createReader(new StringReader(line))) {
            JsonObject json = reader.readObject();
            double sample = json.get(SAMPLE) instanceof JsonNumber number ? number.doubleValue() : 0;
            JsonObject sent = json.containsKey(SAMPLE)
                    ? RegistryEvent.JSON
                            .createObjectBuilder(json)
                            .remove(SAMPLE)
                            .build()
                    : json;
            Instant time = Instant.parse(json.getString("timestamp"));
            return EventAction.of(json.getString("action"))
                    .filter(action -> json.getJsonObject("target") != null)
                    .map(action -> new QueuedEvent(line, sent, action, time, sample));
        } catch (JsonException | DateTimeException | ClassCastException | NullPointerException e) {
            return Optional.empty();
        }
    }

    boolean isFor(Endpoint endpoint) {
        return endpoint.filter()
                .wants(action, target("repository"), target("mediaType"), target("artifactType"), sample);
    }

    /** A field of the target; empty if it has none. */
    String target(String field) {
        return json.getJsonObject("target").getString(field, "");
    }

    String id() {
        return json.getString("id", "");
    }
}
