package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A small text of each instance on the share, about how busy it was. An instance replaces only its own. */
@Singleton
public final class HistoryFiles {
    private static final int MAX_TEXT = 1024 * 1024;
    /** More instances than any cluster has. */
    private static final int MAX_FILES = 64;

    private static final Duration LIFETIME = Duration.ofDays(2);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final Storage storage;
    private final Path directory;

    @Inject
    HistoryFiles(Storage storage) {
        this.storage = storage;
        this.directory = storage.layout().history();
    }

    /** Replaces the text of an instance, and deletes those that nobody has written for two days. */
    public void put(String instance, String text) {
        storage.run(connection -> {
            connection.makeDirectories(directory);
            connection.write(file(instance), text.getBytes(StandardCharsets.UTF_8));
            for (String name : connection.list(directory).orElse(List.of())) {
                var written = connection.lastModified(directory.resolve(name));
                if (written.isPresent() && !Renewed.isWithin(written.get(), LIFETIME, connection.now())) {
                    connection.discard(directory.resolve(name));
                }
            }
        });
    }

    /** The text of an instance; empty if there is none. */
    public Optional<String> get(String instance) {
        return storage.use(connection -> connection.read(file(instance), MAX_TEXT))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /** The texts of all instances, by name. */
    public Map<String, String> all() {
        Map<String, String> texts = new TreeMap<>();
        storage.use(connection -> connection.list(directory)).orElse(List.of()).stream()
                .filter(name -> NAME.matcher(name).matches())
                .limit(MAX_FILES)
                .forEach(name -> get(name).ifPresent(text -> texts.put(name, text)));
        return texts;
    }

    /** How long the share takes for a small operation now. */
    public Duration latency() {
        long begin = System.nanoTime();
        storage.run(connection -> connection.lastModified(directory));
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** The bytes in use on the share, by whatever; 0 if it is not known. */
    public long used() {
        return storage.used();
    }

    private Path file(String instance) {
        String name = instance.replaceAll("[^A-Za-z0-9._-]", "-");
        return directory.resolve(NAME.matcher(name).matches() ? name : "instance");
    }
}
