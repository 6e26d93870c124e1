package org.fedoraproject.registry.events;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How events are written into a request. */
enum Format {
    /** docker-distribution's envelope. */
    DOCKER("application/vnd.docker.distribution.events.v2+json") {
        @Override
        byte[] body(List<QueuedEvent> events, boolean batch) {
            JsonArrayBuilder all = RegistryEvent.JSON.createArrayBuilder();
            events.forEach(event -> all.add(event.json()));
            return bytes(RegistryEvent.JSON
                    .createObjectBuilder()
                    .add("events", all)
                    .build()
                    .toString());
        }
    },
    /** CloudEvents 1.0 in JSON: one event, or a batch of them. */
    CLOUDEVENTS("application/cloudevents+json") {
        @Override
        byte[] body(List<QueuedEvent> events, boolean batch) {
            if (!batch) {
                return bytes(cloudEvent(events.getFirst()).build().toString());
            }
            JsonArrayBuilder all = RegistryEvent.JSON.createArrayBuilder();
            events.forEach(event -> all.add(cloudEvent(event)));
            return bytes(all.build().toString());
        }

        @Override
        List<Map.Entry<String, String>> headers(List<QueuedEvent> events, boolean batch) {
            return List.of(Map.entry(CONTENT_TYPE, batch ? "application/cloudevents-batch+json" : contentType()));
        }
    },
    /** CloudEvents 1.0 with the attributes in headers. */
    CLOUDEVENTS_BINARY("application/json") {
        @Override
        byte[] body(List<QueuedEvent> events, boolean batch) {
            return bytes(data(events.getFirst()).build().toString());
        }

        @Override
        List<Map.Entry<String, String>> headers(List<QueuedEvent> events, boolean batch) {
            List<Map.Entry<String, String>> headers = new ArrayList<>(super.headers(events, batch));
            attributes(events.getFirst())
                    .build()
                    .forEach((name, value) -> headers.add(Map.entry("ce-" + name, ((JsonString) value).getString())));
            return headers;
        }
    };

    private static final String CONTENT_TYPE = "Content-Type";
    private static final String TYPE_PREFIX = "org.fedoraproject.registry.";

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** @param batch whether the endpoint takes several events at once */
    abstract byte[] body(List<QueuedEvent> events, boolean batch);

    /** The headers that belong to the format. */
    List<Map.Entry<String, String>> headers(List<QueuedEvent> events, boolean batch) {
        return List.of(Map.entry(CONTENT_TYPE, contentType));
    }

    private static JsonObjectBuilder cloudEvent(QueuedEvent event) {
        return attributes(event).add("datacontenttype", "application/json").add("data", data(event));
    }

    private static JsonObjectBuilder attributes(QueuedEvent event) {
        JsonObjectBuilder attributes = RegistryEvent.JSON
                .createObjectBuilder()
                .add("specversion", "1.0")
                .add("id", event.id())
                .add("source", source(event.json()))
                .add("type", TYPE_PREFIX + event.action())
                .add("time", event.time().toString());
        String subject = subject(event);
        return subject.isEmpty() ? attributes : attributes.add("subject", subject);
    }

    /** The registry as its clients know it; of a job, the instance. */
    private static String source(JsonObject event) {
        String host = event.getJsonObject("request").getString("host", "");
        return "//" + (host.isEmpty() ? event.getJsonObject("source").getString("addr") : host);
    }

    private static String subject(QueuedEvent event) {
        String repository = event.target("repository");
        String tag = event.target("tag");
        String digest = event.target("digest");
        if (!tag.isEmpty()) {
            return repository + ":" + tag;
        }
        return digest.isEmpty() ? repository : repository + "@" + digest;
    }

    /** What the attributes do not say. */
    private static JsonObjectBuilder data(QueuedEvent event) {
        return RegistryEvent.JSON.createObjectBuilder(event.json()).remove("id").remove("timestamp");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Optional<Format> of(String text) {
        return Stream.of(values()).filter(each -> each.toString().equals(text)).findFirst();
    }

    static String names() {
        return Stream.of(values()).map(Format::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
