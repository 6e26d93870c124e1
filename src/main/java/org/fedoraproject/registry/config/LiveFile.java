package org.fedoraproject.registry.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The parsed content of a file, reloaded when the file changes. If the file cannot be read or parsed, the previous
 * content stays in effect.
 */
public final class LiveFile<T> {
    private static final Logger LOG = Logger.getLogger(LiveFile.class);

    /** A file this young may change again without a change of its time or size. */
    private static final Duration YOUNG = Duration.ofSeconds(5);

    private final String key;
    private final Path file;
    private final Function<String, T> reader;
    private volatile T value;
    private volatile String fault = "";
    private String content;
    /** Of the file as it was last read; {@code null} if the file must be read again. */
    private Stamp stamp;

    private record Stamp(FileTime modified, long size, Object file) {}

    /**
     * Loads the file for the first time.
     *
     * @param key the configuration key that names the file
     * @param reader throws {@link IllegalArgumentException} with the reason, written for administrators
     * @throws IllegalArgumentException naming the key and the file
     */
    public LiveFile(String key, String file, Function<String, T> reader) {
        this.key = key;
        this.file = Path.of(file);
        this.reader = reader;
        reloadIfChanged();
        if (!isCurrent()) {
            throw new IllegalArgumentException(fault);
        }
    }

    public T get() {
        return value;
    }

    /** Whether {@link #get} returns the present content of the file. */
    public boolean isCurrent() {
        return fault.isEmpty();
    }

    /** What is wrong with the present content of the file, naming the key and the file; empty if it is in effect. */
    public Optional<String> fault() {
        return Optional.of(fault).filter(text -> !text.isEmpty());
    }

    /** Reloads the file if it has changed; to be called about every second. Logs each fault once. */
    public synchronized void reloadIfChanged() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Stamp now = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            if (now.equals(stamp)) {
                return;
            }
            String read = Files.readString(file);
            boolean young = now.modified().toInstant().isAfter(Instant.now().minus(YOUNG));
            stamp = young ? null : now;
            if (!read.equals(content)) {
                load(read);
            }
        } catch (IOException e) {
            stamp = null;
            content = null;
            fail("cannot be read (" + e + ")");
        }
    }

    private void load(String read) {
        content = read;
        try {
            boolean first = value == null;
            value = reader.apply(read);
            fault = "";
            if (!first) {
                LOG.infof("%s: reloaded %s", key, file);
            }
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        } catch (RuntimeException e) { // of a library that expected something else
            fail(e.toString());
        }
    }

    private void fail(String reason) {
        String message = key + ": " + file + ": " + reason;
        if (!message.equals(fault)) {
            fault = message;
            if (value != null) {
                LOG.errorf("%s; the previous content stays in effect", message);
            }
        }
    }
}
