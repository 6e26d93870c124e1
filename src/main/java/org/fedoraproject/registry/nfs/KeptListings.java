package org.fedoraproject.registry.nfs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What was made of the names in directories, kept in memory as long as the directories stay the same. Each use asks the
 * server for the directory's change time, and reads the directory again if that is another one.
 *
 * <p>The server counts in ticks, so that two changes may have the same time. Therefore nothing is kept of a directory
 * until the server has given another file a time that is {@value #MIN_AGE_SECONDS} seconds later: from then on, no further
 * change can have the same time, even if the server's clock is slow or stands still. What is kept was read after that, so
 * it has every change up to that time.
 *
 * <p>Safe for all threads. Holds no lock while it reads a directory.
 *
 * @param <K> what is made of the names
 */
public final class KeptListings<K> {
    /** Longer than a tick of any server. */
    static final int MIN_AGE_SECONDS = 2;

    private static final Duration MIN_AGE = Duration.ofSeconds(MIN_AGE_SECONDS);

    /** In bytes of heap: a name while a directory is read, without its characters. */
    private static final int NAME = 64;
    /** In bytes of heap: an entry of the map, without path and content. */
    private static final int ENTRY = 300;

    private final long limit;
    private final Function<List<String>, K> make;
    private final ToLongFunction<K> size;
    private final AtomicLong reading = new AtomicLong();

    private final Map<String, Entry<K>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long used;

    /** Where directories are read: an {@link NfsConnection}. */
    interface Source {
        /** The state of a directory as the server has it now; empty if it is missing or cannot be known. */
        Optional<DirectoryState> directoryState(Path directory) throws IOException;

        /** Whether the server has since given a file a time that is so much later than the directory's change. */
        boolean isOlder(DirectoryState state, Duration age);

        /** As {@link NfsConnection#list(Path, Supplier, BiConsumer)}. */
        <C> Optional<C> list(Path directory, Supplier<C> collector, BiConsumer<C, String> add) throws IOException;
    }

    private record Entry<K>(DirectoryState state, Optional<K> content, long size) {}

    /**
     * @param limit how many bytes of heap may be in use; as many again while directories are read
     * @param make makes of the names in a directory, in no order, what is kept
     * @param size of what is kept, in bytes
     */
    public KeptListings(long limit, Function<List<String>, K> make, ToLongFunction<K> size) {
        this.limit = limit;
        this.make = make;
        this.size = size;
    }

    /**
     * What was made of the names that the directory has now.
     *
     * @return empty if there is no such directory, or it was changed just now, or it has too many names, or is on a file
     *     system whose change times are not known to be right. Then {@link NfsConnection#list} tells.
     */
    public Optional<K> find(NfsConnection connection, Path directory) throws IOException {
        return find((Source) connection, directory);
    }

    Optional<K> find(Source connection, Path directory) throws IOException {
        Optional<DirectoryState> state = connection.directoryState(directory);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        Optional<Entry<K>> kept = get(directory).filter(entry -> entry.state().equals(state.get()));
        if (kept.isPresent()) {
            return kept.get().content();
        }
        return connection.isOlder(state.get(), MIN_AGE) ? read(connection, directory, state.get()) : Optional.empty();
    }

    private Optional<K> read(Source connection, Path directory, DirectoryState state) throws IOException {
        try (Names names = new Names()) {
            Optional<Names> found = connection.list(directory, () -> names.clear(), Names::add);
            if (found.isEmpty() || names.isCrowdedOut()) {
                return Optional.empty();
            }
            Optional<K> content = names.isTooLong() ? Optional.empty() : Optional.of(make.apply(names.list));
            long bytes = ENTRY
                    + 2L * directory.toString().length()
                    + content.map(size::applyAsLong).orElse(0L);
            put(directory, new Entry<>(state, content, bytes));
            return content;
        }
    }

    private synchronized Optional<Entry<K>> get(Path directory) {
        return Optional.ofNullable(entries.get(directory.toString()));
    }

    private synchronized void put(Path directory, Entry<K> entry) {
        Entry<K> before = entries.put(directory.toString(), entry);
        used += entry.size() - (before == null ? 0 : before.size());
        Iterator<Entry<K>> oldest = entries.values().iterator();
        while (used > limit) {
            used -= oldest.next().size();
            oldest.remove();
        }
    }

    /** How many bytes of heap are in use. */
    synchronized long used() {
        return used;
    }

    /** The names that are read, within the limit for all that are read at once. */
    private final class Names implements AutoCloseable {
        private final List<String> list = new ArrayList<>();
        private long reserved;
        private boolean full;

        private Names clear() {
            close();
            return this;
        }

        private void add(String name) {
            if (full) {
                return;
            }
            int bytes = NAME + name.length();
            reserved += bytes;
            if (reading.addAndGet(bytes) > limit) {
                full = true;
                list.clear();
            } else {
                list.add(name);
            }
        }

        /** Whether they need more than half of the limit, so that they are never kept. */
        private boolean isTooLong() {
            return reserved > limit / 2;
        }

        /** Whether there was no room for them beside others. */
        private boolean isCrowdedOut() {
            return full && !isTooLong();
        }

        @Override
        public void close() {
            reading.addAndGet(-reserved);
            reserved = 0;
            full = false;
            list.clear();
        }
    }
}
