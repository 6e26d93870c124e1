package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Tells other instances which repositories this one has changed. Each instance has one file on the share with its last
 * changes, which it replaces. This is a hint: whoever reads too late misses some.
 */
@Singleton
public final class ChangeNotes {
    /** The most changes in a file. */
    static final int LIMIT = 1000;

    private static final int MAX_FILE = LIMIT * 300;
    private static final Duration LIFETIME = Duration.ofDays(1);

    private final Storage storage;
    private final Layout layout;
    private final String self = UUID.randomUUID().toString();
    private final List<Note> own = new ArrayList<>();
    private long next = 1;

    /**
     * A change.
     *
     * @param number by instance, from 1 on
     */
    public record Note(long number, RepositoryName name) {
        private static Optional<Note> parse(String line) {
            int space = line.indexOf(' ');
            boolean valid = space > 0
                    && space <= 18
                    && line.chars().limit(space).allMatch(c -> c >= '0' && c <= '9')
                    && RepositoryName.isName(line.substring(space + 1));
            return valid
                    ? Optional.of(new Note(
                            Long.parseLong(line.substring(0, space)), RepositoryName.parse(line.substring(space + 1))))
                    : Optional.empty();
        }
    }

    @Inject
    ChangeNotes(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
    }

    /** Adds changes to this instance's file. */
    public synchronized void add(List<RepositoryName> names) {
        names.forEach(name -> own.add(new Note(next++, name)));
        if (own.size() > LIMIT) {
            own.subList(0, own.size() - LIMIT).clear();
        }
        StringBuilder text = new StringBuilder();
        own.forEach(note ->
                text.append(note.number()).append(' ').append(note.name()).append('\n'));
        storage.run(connection ->
                connection.write(layout.index().resolve(self), text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** The other instances that have left changes; some may have ended. */
    public List<String> others() {
        return storage.use(connection -> connection.list(layout.index())).orElse(List.of()).stream()
                .filter(name -> !name.equals(self))
                .toList();
    }

    /** The last changes of another instance, in order. */
    public List<Note> read(String other) {
        return storage
                .use(connection -> connection.read(layout.index().resolve(other), MAX_FILE))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).lines().toList())
                .orElse(List.of())
                .stream()
                .map(Note::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Deletes the files of instances that have ended long ago, or changed nothing for long. */
    public void deleteOld() {
        for (String other : others()) {
            storage.run(connection -> {
                Optional<FileTime> modified =
                        connection.lastModified(layout.index().resolve(other));
                FileTime limit = FileTime.from(connection.now().minus(LIFETIME));
                if (modified.isPresent() && modified.get().compareTo(limit) < 0) {
                    connection.discard(layout.index().resolve(other));
                }
            });
        }
    }
}
