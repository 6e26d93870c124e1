package org.fedoraproject.registry.events;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.fedoraproject.registry.config.LiveFile;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.EventFiles;
import org.jboss.logging.Logger;

/**
 * Takes what happens, and keeps on the share what an endpoint wants, for {@link Delivery}. Where no endpoint wants
 * anything, nothing is done.
 */
@Singleton
public class Events {
    private static final Logger LOG = Logger.getLogger(Events.class);

    /** Of pulls that are not on the share yet. */
    private static final int MAX_PULLS = 10_000;

    private static final int PULLS_OF_ENTRY = 500;

    private static final int MAX_ENTRY_CHARACTERS = 256 * 1024;

    /** Of entries that did not get on a full share. */
    private static final int MAX_LATE = 1000;

    /** Much shorter than the time after which an announcement is taken for abandoned. */
    private static final long RENEW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final EventFiles files;
    private final Mailbox mailbox;
    private final Optional<LiveFile<Endpoints>> file;
    private final JsonObject source;
    private final BlockingQueue<Pull> pulls = new ArrayBlockingQueue<>(MAX_PULLS);
    private final AtomicLong lostPulls = new AtomicLong();
    private final BlockingQueue<Late> late = new ArrayBlockingQueue<>(MAX_LATE);
    private volatile Endpoints current = Endpoints.NONE;

    private record Pull(int lane, String line) {}

    private record Late(int lane, String entry) {}

    private record Line(RegistryEvent event, String text) {}

    /** What is about to be done, and is kept until it is known whether it was. For one thread. */
    public final class Announcement {
        /** Empty if nobody wants to know, or if the share was full. */
        private final Optional<String> id;

        private final List<Line> lines;
        private long renewedAt = System.nanoTime();

        private Announcement(Optional<String> id, List<Line> lines) {
            this.id = id;
            this.lines = lines;
        }

        /** To be called every now and then by what takes long, so that nobody takes the instance for dead. */
        public void renew() {
            renew(System.nanoTime());
        }

        void renew(long now) {
            if (id.isPresent() && now - renewedAt > RENEW_NANOS) {
                files.renew(id.get());
                renewedAt = now;
            }
        }

        /** Tells of it, because it was done. Durable on return, unless the share is full. */
        public void done() {
            done(event -> true);
        }

        /** Tells of the events that were done. */
        public void done(Predicate<RegistryEvent> which) {
            List<Line> done =
                    lines.stream().filter(line -> which.test(line.event())).toList();
            try {
                if (!done.isEmpty()) {
                    putInOrder(lane(done.getFirst().event()), entry(done));
                }
                withdraw();
            } catch (RegistryException e) {
                if (id.isEmpty()) {
                    putLater(lane(done.getFirst().event()), entry(done));
                } else if (e.code() != ErrorCode.STORAGE_FULL) { // the announcement stays, and is told of later
                    throw e;
                }
            }
        }

        /** Tells nobody, because it was not done. */
        public void withdraw() {
            id.ifPresent(files::withdraw);
        }
    }

    /** @throws IllegalArgumentException naming the key, the line, the field and the mistake */
    @Inject
    public Events(EventsConfig config, EventFiles files, Mailbox mailbox) {
        this(
                config.endpoints().map(name -> new LiveFile<>(EventsConfig.ENDPOINTS, name, EndpointsReader::read)),
                files,
                mailbox);
    }

    private Events(Optional<LiveFile<Endpoints>> file, EventFiles files, Mailbox mailbox) {
        this.file = file;
        this.files = files;
        this.mailbox = mailbox;
        this.source = RegistryEvent.JSON
                .createObjectBuilder()
                .add("addr", System.getProperty("jboss.node.name", "registry"))
                .add("instanceID", UUID.randomUUID().toString())
                .build();
    }

    /** Where nobody is told of anything. */
    public static Events none() {
        return new Events(Optional.empty(), null, null);
    }

    /** Whether there is a file of endpoints. */
    boolean isOn() {
        return file.isPresent();
    }

    /** Whether the file's present content is in force. */
    public boolean isCurrent() {
        return file.map(LiveFile::isCurrent).orElse(true);
    }

    Endpoints endpoints() {
        return current;
    }

    /** Takes up the file if it has changed. A new endpoint gets its place in the queue before anything is put there for it. */
    void reload() {
        if (file.isEmpty()) {
            return;
        }
        file.get().reloadIfChanged();
        Endpoints read = file.get().get();
        if (!read.equals(current)) {
            try {
                read.all().forEach(endpoint -> files.begin(endpoint.name()));
            } catch (RegistryException e) {
                LOG.warnf("New endpoints of events may miss some, because the share fails: %s", e.getMessage());
            }
            current = read;
        }
    }

    /** Whether an endpoint may want such an event; to be asked before one is made. */
    public boolean mayWant(EventAction action, RepositoryName name) {
        Endpoints now = current;
        return !now.all().isEmpty() && now.mayWant(action, Optional.of(name));
    }

    /** The same for one that is about no repository. */
    public boolean mayWant(EventAction action) {
        return current.mayWant(action, Optional.empty());
    }

    /**
     * Tells what has happened in one repository. Durable on return.
     *
     * @throws RegistryException of the storage; then it may be told or not
     */
    public void tell(List<RegistryEvent> events) {
        List<Line> lines = lines(events);
        if (!lines.isEmpty()) {
            try {
                putInOrder(lane(events.getFirst()), entry(lines));
            } catch (RegistryException e) {
                throw e.code() == ErrorCode.STORAGE_FULL
                        ? RegistryException.of(ErrorCode.STORAGE_FULL, "there is no room for the event of this request")
                        : e;
            }
        }
    }

    public void tell(RegistryEvent event) {
        tell(List.of(event));
    }

    /**
     * Keeps on the share what is about to be done in a repository, because an instance that is killed after a delete
     * cannot tell of it, and nobody deletes it a second time. Follow it by {@link Announcement#done} or
     * {@link Announcement#withdraw}; if neither is called, because the instance was killed or the storage failed, it is
     * told of later. Durable on return, unless the share is full: then a delete must be possible nevertheless.
     *
     * @throws RegistryException of the storage
     */
    public Announcement announce(List<RegistryEvent> events) {
        List<Line> lines = lines(events);
        return new Announcement(lines.isEmpty() ? Optional.empty() : keep(entry(lines)), lines);
    }

    public Announcement announce(RegistryEvent event) {
        return announce(List.of(event));
    }

    private Optional<String> keep(String entry) {
        try {
            return Optional.of(files.announce(entry));
        } catch (RegistryException e) {
            if (e.code() == ErrorCode.STORAGE_FULL) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Tells of a pull some time later; not if the instance is killed before, if there are too many at once, or if the share fails then. */
    public void tellPull(RegistryEvent event) {
        double sample = ThreadLocalRandom.current().nextDouble();
        if (current.want(event, sample)) {
            if (!pulls.offer(new Pull(lane(event), line(event, sample)))) {
                lostPulls.incrementAndGet();
            }
        }
    }

    /** Of pulls that were too many at once, or that the share did not take. */
    public long lostPulls() {
        return lostPulls.get();
    }

    /** Puts the pulls into the queue, those of a lane together, and before them what was too late for a full share. */
    void flushPulls() {
        flushLate();
        List<Pull> all = new ArrayList<>();
        pulls.drainTo(all);
        for (int lane = 0; lane < files.events().lanes() && !all.isEmpty(); lane++) {
            int which = lane;
            List<String> lines = all.stream()
                    .filter(pull -> pull.lane() == which)
                    .map(Pull::line)
                    .toList();
            for (int from = 0; from < lines.size(); from += PULLS_OF_ENTRY) {
                putPulls(lane, lines.subList(from, Math.min(lines.size(), from + PULLS_OF_ENTRY)));
            }
        }
    }

    private void putPulls(int lane, List<String> lines) {
        try {
            put(lane, String.join("\n", lines));
        } catch (RegistryException e) {
            lostPulls.addAndGet(lines.size());
            LOG.warnf("The events of %d pulls are lost: %s", lines.size(), e.getMessage());
        }
    }

    /** Tells of what an instance has announced that was killed then. */
    void tellAbandoned(List<QueuedEvent> events) {
        if (!events.isEmpty()) {
            String entry = events.stream().map(QueuedEvent::line).collect(Collectors.joining("\n"));
            put(lane(events.getFirst().target("repository")), entry);
        }
    }

    /** Puts an entry, and before it those that must not come after it. */
    private void putInOrder(int lane, String entry) {
        flushLate();
        put(lane, entry);
    }

    private void putLater(int lane, String entry) {
        if (late.offer(new Late(lane, entry))) {
            LOG.warn("The share is full; events of deletes wait in memory");
        } else {
            LOG.errorf("The share is full, and events of deletes are lost: %s", entry);
        }
    }

    private void flushLate() {
        if (late.isEmpty()) {
            return;
        }
        synchronized (late) {
            for (Late next = late.peek(); next != null; next = late.peek()) {
                put(next.lane(), next.entry());
                late.remove();
            }
        }
    }

    private void put(int lane, String entry) {
        for (String part : parts(entry)) {
            files.events().put(lane, part);
        }
        mailbox.ring();
    }

    /** Cuts between events what is too long for an entry: a reader has an entry in memory as a whole. */
    static List<String> parts(String entry) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        while (entry.length() - from > MAX_ENTRY_CHARACTERS) {
            int cut = entry.lastIndexOf('\n', from + MAX_ENTRY_CHARACTERS);
            int end = cut > from ? cut : entry.indexOf('\n', from + MAX_ENTRY_CHARACTERS);
            if (end < 0) {
                break;
            }
            parts.add(entry.substring(from, end));
            from = end + 1;
        }
        parts.add(entry.substring(from));
        return parts;
    }

    /** Of the events that an endpoint wants. */
    private List<Line> lines(List<RegistryEvent> events) {
        Endpoints now = current;
        return events.stream()
                .filter(event -> now.want(event, 0))
                .map(event -> new Line(event, line(event, -1)))
                .toList();
    }

    private static String entry(List<Line> lines) {
        return lines.stream().map(Line::text).collect(Collectors.joining("\n"));
    }

    private int lane(RegistryEvent event) {
        return lane(event.repository().map(RepositoryName::value).orElse(""));
    }

    private String line(RegistryEvent event, double sample) {
        return QueuedEvent.line(event.toJson(UUID.randomUUID().toString(), Instant.now(), source), sample);
    }

    /** All events of a repository are in one lane, so that their order is kept. */
    private int lane(String repository) {
        return Math.floorMod(repository.hashCode(), files.events().lanes());
    }
}
