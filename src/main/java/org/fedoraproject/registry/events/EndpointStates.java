package org.fedoraproject.registry.events;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.EventFiles;
import org.fedoraproject.registry.store.OrderedQueue;
import org.fedoraproject.registry.store.OrderedQueue.Waiting;

/**
 * How far the endpoints are, for people. It reads the share, so it also knows what other instances deliver, and endpoints
 * that are in no file any more.
 */
@Singleton
public class EndpointStates {
    private final Events events;
    private final EventFiles files;

    @Inject
    public EndpointStates(Events events, EventFiles files) {
        this.events = events;
        this.files = files;
    }

    /**
     * An endpoint.
     *
     * @param url without the query, which may be a secret; empty if this instance has no such endpoint in its
     *     file
     * @param delivered whether an instance delivers to it
     * @param waiting entries of the queue that it does not have
     * @param oldest when the first of these was put
     * @param dead its dead letters
     * @param replaying whether they are being delivered again, or will be
     * @param discarding whether they are being deleted, or will be
     */
    public record State(
            String name,
            String url,
            boolean delivered,
            long waiting,
            Optional<Instant> oldest,
            long dead,
            boolean replaying,
            boolean discarding) {}

    /** A dead letter, as far as it can be read. */
    public record Letter(String time, String action, String what, String reason) {}

    /** Whether there is a file of endpoints. */
    public boolean isOn() {
        return events.isOn();
    }

    /** All endpoints, by name. */
    public List<State> all() {
        return Stream.concat(events.endpoints().names().stream(), files.endpoints().stream())
                .distinct()
                .sorted()
                .map(this::state)
                .toList();
    }

    private State state(String name) {
        OrderedQueue queue = files.events();
        List<Waiting> lanes = files.positions(name)
                .map(positions -> IntStream.range(0, positions.length)
                        .mapToObj(lane -> queue.waiting(lane, positions[lane]))
                        .toList())
                .orElse(List.of());
        Set<EventFiles.Order> orders = files.orders(name);
        return new State(
                name,
                url(name),
                files.claim(name).isHeld(),
                lanes.stream().mapToLong(Waiting::entries).sum(),
                lanes.stream().flatMap(lane -> lane.oldest().stream()).min(Comparator.naturalOrder()),
                files.countDead(name),
                orders.contains(EventFiles.Order.REPLAY),
                orders.contains(EventFiles.Order.DISCARD));
    }

    private String url(String name) {
        return events.endpoints().all().stream()
                .filter(each -> each.name().equals(name))
                .map(Endpoint::url)
                .map(url -> url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort())
                        + Optional.ofNullable(url.getPath()).orElse(""))
                .findFirst()
                .orElse("");
    }

    /** The first dead letters of an endpoint. */
    public List<Letter> letters(String endpoint, int most) {
        return files.endpoints().contains(endpoint)
                ? files.listDead(endpoint, most).stream()
                        .flatMap(id -> files.getDead(endpoint, id).map(EndpointStates::letter).stream())
                        .toList()
                : List.of();
    }

    static Letter letter(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            JsonObject letter = reader.readObject();
            JsonObject event = letter.getJsonObject("event");
            JsonObject target =
                    Optional.ofNullable(event.getJsonObject("target")).orElse(JsonValue.EMPTY_JSON_OBJECT);
            return new Letter(
                    event.getString("timestamp", ""),
                    event.getString("action", ""),
                    (target.getString("repository", "") + " " + target.getString("tag", target.getString("digest", "")))
                            .strip(),
                    letter.getString("reason", ""));
        } catch (JsonException | NullPointerException | ClassCastException e) {
            return new Letter("", "", "", "the letter is not readable");
        }
    }

    /**
     * Has the dead letters of an endpoint delivered again, within some seconds, if an instance delivers to it.
     *
     * @throws RegistryException if there is no such endpoint
     */
    public void replay(String endpoint) {
        files.order(endpoint, EventFiles.Order.REPLAY);
    }

    /**
     * Has them deleted.
     *
     * @throws RegistryException if there is no such endpoint
     */
    public void discard(String endpoint) {
        files.order(endpoint, EventFiles.Order.DISCARD);
    }
}
