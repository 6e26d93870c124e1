package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.regex.Pattern;
import org.fedoraproject.registry.nfs.NfsConnection;

/**
 * A queue of small texts that keeps their order, in lanes that are independent of each other. The entries of a lane have
 * the numbers from 1 on, without a gap, over all instances: an entry that is put after another one was put, anywhere, has
 * a greater number.
 *
 * <p>A lane is a directory with a file for each entry, named by its number. Entries up to the floor are past, and may be
 * deleted. The floor is the greatest name in the directory {@code floors}, so a write that comes late, after NFS has hung,
 * cannot set it back. It is written before what is below it is deleted. An instance gives an entry the first number that
 * no file has, by an exclusive link; if that is past, because the instance knew too little, it tries again. So a number
 * is never used twice.
 */
public final class OrderedQueue {
    private static final int MAX_ENTRY = 16 * 1024 * 1024;
    private static final String FLOORS = "floors";
    /** So many floors stay: a listing must not miss one that is written while an older one is deleted. */
    private static final int OLD_FLOORS = 4;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    /** After so many numbers that others have taken, the end is searched for. */
    private static final int NEAR = 4;
    /** Rather than delete so many files of which most may be missing, their names are read. */
    private static final int MANY = 100_000;

    private final Storage storage;
    private final Path directory;
    private final int lanes;
    /** The greatest number in each lane that this instance knows of. */
    private final AtomicLongArray known;

    OrderedQueue(Storage storage, Path directory, int lanes) {
        this.storage = storage;
        this.directory = directory;
        this.lanes = lanes;
        this.known = new AtomicLongArray(lanes);
    }

    public int lanes() {
        return lanes;
    }

    /** Durable on return. Returns the number of the entry. */
    public long put(int lane, String entry) {
        byte[] content = entry.getBytes(StandardCharsets.UTF_8);
        return storage.use(connection -> {
            while (true) {
                long number = write(connection, lane, content);
                long floor = floor(connection, lane);
                if (number > floor) {
                    learn(lane, number);
                    return number;
                }
                connection.discard(file(lane, number)); // others had used it, and it was past and deleted
                learn(lane, floor);
            }
        });
    }

    private long write(NfsConnection connection, int lane, byte[] content) throws IOException {
        long[] number = {known.get(lane)};
        if (number[0] == 0) {
            number[0] = search(connection, lane);
        }
        int[] tries = {0};
        connection.writeOnce(
                () -> {
                    tries[0]++;
                    number[0] = tries[0] % NEAR == 0 ? search(connection, lane, number[0]) + 1 : number[0] + 1;
                    return file(lane, number[0]);
                },
                content);
        return number[0];
    }

    /** Makes sure that this instance gives no entry this number or a lower one, because a reader has passed it. */
    void pass(int lane, long number) {
        learn(lane, number);
    }

    /** An entry; empty if there is none of this number. */
    public Optional<String> get(int lane, long number) {
        return storage.use(connection -> connection.read(file(lane, number), MAX_ENTRY))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /** The number of the last entry that this instance knows of; 0 if it knows of none. Asks nobody. */
    public long known(int lane) {
        return known.get(lane);
    }

    /** The number of the last entry, over all instances; the floor if all entries are past. */
    public long last(int lane) {
        return storage.use(connection -> {
            long last = search(connection, lane);
            learn(lane, last);
            return last;
        });
    }

    /** The same by the names of all files, which also finds entries after a gap. */
    public long lastOfAll(int lane) {
        return storage.use(connection -> {
            long last = greatest(connection, lane(lane));
            learn(lane, last);
            return last;
        });
    }

    /** The least number of an entry after this one; empty if there is none. Reads the names of all files. */
    public Optional<Long> firstAfter(int lane, long number) {
        return storage.use(connection ->
                        connection.list(lane(lane), () -> new long[] {Long.MAX_VALUE}, (least, name) -> {
                            long each = number(name);
                            if (each > number) {
                                least[0] = Math.min(least[0], each);
                            }
                        }))
                .map(least -> least[0])
                .filter(least -> least < Long.MAX_VALUE);
    }

    /**
     * What is waiting for a reader.
     *
     * @param oldest when the first entry was put, by the server's clock
     */
    public record Waiting(long entries, Optional<Instant> oldest) {}

    /** The entries after this one. Reads the names of all files. */
    public Waiting waiting(int lane, long after) {
        return storage.use(connection -> {
            long[] found = connection
                    .list(lane(lane), () -> new long[] {0, Long.MAX_VALUE}, (sums, name) -> {
                        long each = number(name);
                        if (each > after) {
                            sums[0]++;
                            sums[1] = Math.min(sums[1], each);
                        }
                    })
                    .orElse(new long[2]);
            return new Waiting(
                    found[0],
                    found[0] == 0
                            ? Optional.empty()
                            : connection.lastModified(file(lane, found[1])).map(FileTime::toInstant));
        });
    }

    /** When an entry was last put or deleted, by the server's clock; empty before the first one. */
    public Optional<Instant> changed(int lane) {
        return storage.use(connection -> connection.lastModified(lane(lane))).map(FileTime::toInstant);
    }

    /** The entries up to this number are past. */
    public long floor(int lane) {
        return storage.use(connection -> floor(connection, lane));
    }

    /**
     * Raises the floor, and deletes the entries that were above the old one and are not above the new one. Does nothing if
     * it is not higher. For one instance at a time.
     *
     * @param most the most entries that are deleted
     * @return the floor now
     */
    public long trim(int lane, long floor, int most) {
        long before = floor(lane);
        if (floor <= before) {
            return before;
        }
        long raised = Math.min(floor, firstAfter(lane, before, floor) - 1 + most);
        storage.use(connection -> connection.writeOnce(floors(lane).resolve(Long.toString(raised)), new byte[0]));
        learn(lane, raised);
        deleteBetween(lane, before, raised);
        deleteOldFloors(lane);
        return raised;
    }

    private void deleteOldFloors(int lane) {
        storage.run(connection -> {
            List<String> names = connection.list(floors(lane)).orElse(List.of()).stream()
                    .filter(name -> number(name) > 0)
                    .sorted(Comparator.comparingLong(OrderedQueue::number).reversed())
                    .skip(OLD_FLOORS)
                    .toList();
            for (String name : names) {
                connection.discard(floors(lane).resolve(name));
            }
        });
    }

    /** By the names of all files only if that is less work than to try. */
    private long firstAfter(int lane, long after, long last) {
        return last - after > MANY || after == 0 ? firstAfter(lane, after).orElse(last + 1) : after + 1;
    }

    /** Deletes the entries that a trim has left because its instance died. */
    public void trimAgain(int lane) {
        deleteBetween(lane, 0, floor(lane));
    }

    private void deleteBetween(int lane, long after, long last) {
        for (long number = firstAfter(lane, after, last); number <= last; number++) {
            Path file = file(lane, number);
            storage.run(connection -> connection.discard(file));
        }
    }

    private void learn(int lane, long number) {
        known.accumulateAndGet(lane, number, Math::max);
    }

    private long floor(NfsConnection connection, int lane) throws IOException {
        return greatest(connection, floors(lane));
    }

    private static long greatest(NfsConnection connection, Path directory) throws IOException {
        return connection
                .list(directory, () -> new long[1], (most, name) -> most[0] = Math.max(most[0], number(name)))
                .map(most -> most[0])
                .orElse(0L);
    }

    private long search(NfsConnection connection, int lane) throws IOException {
        return search(connection, lane, Math.max(known.get(lane), floor(connection, lane)));
    }

    /** The last number after {@code from} before the first one that no file has. */
    private long search(NfsConnection connection, int lane, long from) throws IOException {
        long step = 1;
        while (exists(connection, lane, from + step)) {
            step *= 2;
        }
        long there = from + step / 2; // or from itself
        long missing = from + step;
        while (missing - there > 1) {
            long middle = there + (missing - there) / 2;
            if (exists(connection, lane, middle)) {
                there = middle;
            } else {
                missing = middle;
            }
        }
        return there;
    }

    private boolean exists(NfsConnection connection, int lane, long number) throws IOException {
        return connection.size(file(lane, number)).isPresent();
    }

    private static long number(String name) {
        return NUMBER.matcher(name).matches() ? Long.parseLong(name) : 0;
    }

    private Path lane(int lane) {
        return directory.resolve(Integer.toString(lane));
    }

    private Path floors(int lane) {
        return lane(lane).resolve(FLOORS);
    }

    private Path file(int lane, long number) {
        return lane(lane).resolve(Long.toString(number));
    }
}
