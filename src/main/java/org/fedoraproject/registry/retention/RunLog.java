package org.fedoraproject.registry.retention;

import java.nio.charset.StandardCharsets;
import org.fedoraproject.registry.store.RetentionStore;

/**
 * The log of a run on the share: a line for each tag that was deleted, and for each that stays though a rule deletes
 * it. It has at most 16 MiB; of these, lines about tags that stay have at most a half.
 */
final class RunLog {
    private static final int MAX_BYTES = 16 << 20;
    private static final int BUFFER = 64 * 1024;

    private final RetentionStore store;
    private final String file;
    private final StringBuilder buffer = new StringBuilder();
    private long written;
    private long staying;
    private long leftOut;

    /**
     * Creates the file.
     *
     * @param head the first lines
     */
    RunLog(RetentionStore store, String file, String head) {
        this.store = store;
        this.file = file;
        store.put(file, head);
        this.written = head.getBytes(StandardCharsets.UTF_8).length;
    }

    void deleted(String line) {
        add(line, written + buffer.length() < MAX_BYTES);
    }

    void stays(String line) {
        staying += line.length();
        add(line, staying < MAX_BYTES / 2);
    }

    private void add(String line, boolean hasRoom) {
        if (!hasRoom) {
            leftOut++;
            return;
        }
        buffer.append(line).append('\n');
        if (buffer.length() > BUFFER) {
            flush();
        }
    }

    /** Writes what was added. Durable on return. */
    void flush() {
        if (!buffer.isEmpty()) {
            byte[] lines = buffer.toString().getBytes(StandardCharsets.UTF_8);
            store.append(file, written, lines);
            written += lines.length;
            buffer.setLength(0);
        }
    }

    /** Writes what was added, and a last line. */
    void end(String line) {
        if (leftOut > 0) {
            buffer.append(leftOut).append(" more lines are left out\n");
        }
        buffer.append(line).append('\n');
        flush();
    }
}
