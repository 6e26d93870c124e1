package org.fedoraproject.registry.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * What a file says, taken up again when it changes. A file that cannot be read, or says what makes no sense, changes nothing:
 * what it said before holds.
 */
public final class LiveFile<T> {
    private static final Logger LOG = Logger.getLogger(LiveFile.class);

    /** A file this young may change again without another time or size. */
    private static final Duration YOUNG = Duration.ofSeconds(5);

    private final String key;
    private final Path file;
    private final Function<String, T> reader;
    private volatile T value;
    private volatile String fault = "";
    private String content;
    /** {@code null} where the file must be read again to know. */
    private Stamp seen;

    private record Stamp(FileTime modified, long size, Object file) {}

    /**
     * Reads it for the first time.
     *
     * @param key the configuration key that names the file
     * @param reader throws {@link IllegalArgumentException} with what is wrong, for administrators
     * @throws IllegalArgumentException naming the key and the file
     */
    public LiveFile(String key, String file, Function<String, T> reader) {
        this.key = key;
        this.file = Path.of(file);
        this.reader = reader;
        look();
        if (!isCurrent()) {
            throw new IllegalArgumentException(fault);
        }
    }

    public T get() {
        return value;
    }

    /** Whether the file as it is now is what {@link #get} returns. */
    public boolean isCurrent() {
        return fault.isEmpty();
    }

    /** Takes a change up, if there is one; to be called every second or so. Says each fault once. */
    public synchronized void look() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Stamp now = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            if (now.equals(seen)) {
                return;
            }
            String read = Files.readString(file);
            boolean young = now.modified().toInstant().isAfter(Instant.now().minus(YOUNG));
            seen = young ? null : now;
            if (!read.equals(content)) {
                take(read);
            }
        } catch (IOException e) {
            seen = null;
            content = null;
            fail("cannot be read (" + e + ")");
        }
    }

    private void take(String read) {
        content = read;
        try {
            boolean first = value == null;
            value = reader.apply(read);
            fault = "";
            if (!first) {
                LOG.infof("%s: %s is taken up as it is now", key, file);
            }
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        }
    }

    private void fail(String reason) {
        String said = key + ": " + file + ": " + reason;
        if (!said.equals(fault)) {
            fault = said;
            if (value != null) {
                LOG.errorf("%s; what it said before holds", said);
            }
        }
    }
}
