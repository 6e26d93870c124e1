package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;

/**
 * What the share has of events: the queue with all of them; how far each endpoint is in it, and the events that it did not
 * accept; and announcements of what is being done.
 */
@Singleton
public final class EventFiles {
    private static final String QUEUE = "events";
    private static final String ENDPOINTS = QUEUE + "/endpoints";
    private static final String ANNOUNCED = QUEUE + "/announced";
    private static final int LANES = 16;
    private static final int MAX_POSITIONS = 1024;
    private static final String DEAD = "dead";
    private static final Pattern LETTER = Pattern.compile("[0-9]{2}-.*");
    private static final String FORGOTTEN = "forgotten";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");
    private static final Pattern POSITIONS = Pattern.compile("[0-9]{1,18}( [0-9]{1,18}){" + (LANES - 1) + "}");
    /** Of an announcement whose process may still live, on another host. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    private final Storage storage;
    private final QueueStore queues;
    private final Path endpoints;
    private final Path keeper;
    private final OrderedQueue events;

    /** What an administrator asks for by a file of that name. */
    public enum Order {
        /** Deliver again what the endpoint did not accept. */
        REPLAY,
        /** Delete it. */
        DISCARD;

        private String file() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Inject
    EventFiles(Storage storage, QueueStore queues) {
        this.storage = storage;
        this.queues = queues;
        this.endpoints = storage.layout().queue(ENDPOINTS);
        this.keeper = storage.layout().queue(QUEUE).resolve("claim");
        this.events = queues.ordered(QUEUE, LANES);
    }

    public OrderedQueue events() {
        return events;
    }

    /** The names of all endpoints that have been seen on this share, also of those that were forgotten. */
    public List<String> endpoints() {
        return storage.use(connection -> connection.list(endpoints)).orElse(List.of()).stream()
                .filter(name -> NAME.matcher(name).matches())
                .toList();
    }

    /** For the instance that delivers to an endpoint. */
    public ShareClaim claim(String endpoint) {
        return new ShareClaim(storage, endpoints.resolve(endpoint).resolve("claim"));
    }

    /** For the instance that deletes what all endpoints have. */
    public ShareClaim keeper() {
        return new ShareClaim(storage, keeper);
    }

    /**
     * In each lane, the number up to which the endpoint needs nothing more; empty if it has none yet, or if they are not
     * readable. No later entry of this instance gets such a number.
     */
    public Optional<long[]> positions(String endpoint) {
        Optional<long[]> positions = storage.use(connection -> connection.read(positionsFile(endpoint), MAX_POSITIONS))
                .map(content -> new String(content, StandardCharsets.US_ASCII))
                .filter(text -> POSITIONS.matcher(text).matches())
                .map(text -> Arrays.stream(text.split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray());
        positions.ifPresent(numbers -> IntStream.range(0, LANES).forEach(lane -> events.pass(lane, numbers[lane])));
        return positions;
    }

    /**
     * The same for an endpoint that has begun.
     *
     * @throws RegistryException naming the file if it is not readable
     */
    public long[] readPositions(String endpoint) {
        return positions(endpoint)
                .orElseThrow(() -> RegistryException.of(
                        ErrorCode.UNKNOWN,
                        positionsFile(endpoint) + " is missing or damaged; delete it to begin anew"));
    }

    /** Durable on return. */
    public void putPositions(String endpoint, long[] numbers) {
        storage.run(connection -> connection.write(positionsFile(endpoint), bytes(numbers)));
    }

    /** Has a new endpoint begin after what is in the queue now; an endpoint that has positions keeps them. */
    public void begin(String endpoint) {
        if (positions(endpoint).isPresent()) {
            return;
        }
        long[] ends = new long[LANES];
        Arrays.setAll(ends, events::last);
        if (storage.use(connection -> connection.writeOnce(positionsFile(endpoint), bytes(ends)))) {
            storage.run(connection -> connection.discard(forgottenFile(endpoint)));
        }
    }

    /** Whether no instance has delivered to the endpoint for this time. */
    public boolean isUnseen(String endpoint, Duration time) {
        return storage.use(connection -> {
            var seen = connection.lastModified(seenFile(endpoint));
            if (seen.isEmpty()) {
                seen = connection.lastModified(positionsFile(endpoint));
            }
            if (seen.isEmpty()) {
                seen = connection.lastModified(endpoints.resolve(endpoint));
            }
            return seen.isPresent() && !Renewed.isWithin(seen.get(), time, connection.now());
        });
    }

    /** Notes that an instance delivers to the endpoint. */
    public void see(String endpoint) {
        storage.run(connection -> {
            if (!connection.renew(seenFile(endpoint))) {
                connection.write(seenFile(endpoint), new byte[0]);
            }
        });
    }

    /** Forgets how far an endpoint was, so that nothing is kept for it any more. Its dead letters stay. */
    public void forget(String endpoint) {
        storage.run(connection -> {
            connection.write(forgottenFile(endpoint), new byte[0]);
            connection.discard(positionsFile(endpoint));
            connection.discard(seenFile(endpoint));
        });
        removeIfForgotten(endpoint);
    }

    /** Whether the endpoint needs nothing: it was forgotten, and has not come back. */
    public boolean isForgotten(String endpoint) {
        return storage.use(
                connection -> connection.size(positionsFile(endpoint)).isEmpty()
                        && (connection.size(forgottenFile(endpoint)).isPresent()
                                || !connection.isDirectory(endpoints.resolve(endpoint))));
    }

    /** Deletes what is left of a forgotten endpoint, if it has no dead letters. */
    public void removeIfForgotten(String endpoint) {
        if (!isForgotten(endpoint)) {
            return;
        }
        Path directory = endpoints.resolve(endpoint);
        storage.run(connection -> {
            connection.removeIfEmpty(directory.resolve(DEAD));
            List<String> left = connection.list(directory).orElse(List.of());
            if (left.equals(List.of(FORGOTTEN))) {
                connection.discard(forgottenFile(endpoint));
                connection.removeIfEmpty(directory);
            }
        });
    }

    /** Keeps an event that the endpoint did not accept. Durable on return. */
    public void putDead(String endpoint, String id, String text) {
        queues.put(dead(endpoint), id, text);
    }

    /** The ids of the first of these events, in ASCII order. */
    public List<String> listDead(String endpoint, int limit) {
        return queues.list(dead(endpoint), new Page(limit, "")).entries();
    }

    public long countDead(String endpoint) {
        return queues.count(dead(endpoint));
    }

    /** How many there are of each lane, whose number the id begins with. */
    public long[] countDeadOfLanes(String endpoint) {
        return storage.use(connection -> connection.list(
                        storage.layout().queue(dead(endpoint)),
                        () -> new long[LANES],
                        (counts, id) -> laneOf(id).ifPresent(lane -> counts[lane]++)))
                .orElseGet(() -> new long[LANES]);
    }

    /** The ids of the oldest of a lane. */
    public List<String> listDead(String endpoint, int lane, int limit) {
        String before = "%02d-".formatted(lane);
        return queues.list(dead(endpoint), new Page(limit, before)).entries().stream()
                .filter(id -> id.startsWith(before))
                .toList();
    }

    private static OptionalInt laneOf(String id) {
        return LETTER.matcher(id).matches()
                ? OptionalInt.of(Integer.parseInt(id.substring(0, 2)) % LANES)
                : OptionalInt.empty();
    }

    /** Empty if another instance has deleted it. */
    public Optional<String> getDead(String endpoint, String id) {
        return queues.get(dead(endpoint), id);
    }

    public void deleteDead(String endpoint, String id) {
        queues.delete(dead(endpoint), id);
    }

    /** What administrators have asked for. */
    public Set<Order> orders(String endpoint) {
        List<String> names = storage.use(connection -> connection.list(endpoints.resolve(endpoint)))
                .orElse(List.of());
        return Stream.of(Order.values())
                .filter(order -> names.contains(order.file()))
                .collect(Collectors.toSet());
    }

    /**
     * Asks the instance that delivers to the endpoint for something. Durable on return.
     *
     * @throws RegistryException if there is no such endpoint
     */
    public void order(String endpoint, Order order) {
        if (!endpoints().contains(endpoint)) {
            throw RegistryException.queryInvalid("there is no endpoint " + endpoint);
        }
        storage.run(connection -> connection.write(orderFile(endpoint, order), new byte[0]));
    }

    /** Notes that the order is carried out. */
    public void end(String endpoint, Order order) {
        storage.run(connection -> connection.discard(orderFile(endpoint, order)));
    }

    /** Keeps an event before the change that it tells of is made. Durable on return. Returns its id. */
    public String announce(String text) {
        String id = UUID.randomUUID().toString();
        queues.put(ANNOUNCED, id, ProcessIdentity.CURRENT + "\n" + text);
        return id;
    }

    /** Shows that the change is still being made. */
    public void renew(String id) {
        Path file = storage.layout().queue(ANNOUNCED).resolve(id);
        storage.use(connection -> connection.renew(file));
    }

    /** Ends an announcement. */
    public void withdraw(String id) {
        queues.delete(ANNOUNCED, id);
    }

    /** Those whose process ended before it could tell whether the change was made: ids, and texts. */
    public Map<String, String> abandoned() {
        return queues.list(ANNOUNCED, new Page(1000, "")).entries().stream()
                .flatMap(id -> queues
                        .get(ANNOUNCED, id)
                        .filter(content -> isAbandoned(id, content))
                        .map(content -> Map.entry(id, content.substring(content.indexOf('\n') + 1)))
                        .stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean isAbandoned(String id, String content) {
        if (ProcessIdentity.isGone(content.substring(0, Math.max(0, content.indexOf('\n'))))) {
            return true;
        }
        Path file = storage.layout().queue(ANNOUNCED).resolve(id);
        return storage.use(connection -> {
            var written = connection.lastModified(file);
            return written.isPresent() && !Renewed.isWithin(written.get(), ABANDONED, connection.now());
        });
    }

    private static byte[] bytes(long[] numbers) {
        return Arrays.stream(numbers)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(" "))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String dead(String endpoint) {
        return ENDPOINTS + "/" + endpoint + "/" + DEAD;
    }

    private Path positionsFile(String endpoint) {
        return endpoints.resolve(endpoint).resolve("positions");
    }

    private Path seenFile(String endpoint) {
        return endpoints.resolve(endpoint).resolve("seen");
    }

    private Path forgottenFile(String endpoint) {
        return endpoints.resolve(endpoint).resolve(FORGOTTEN);
    }

    private Path orderFile(String endpoint, Order order) {
        return endpoints.resolve(endpoint).resolve(order.file());
    }
}
