package org.fedoraproject.registry.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.nfs.NfsFile;

/** What a collection keeps on the share while it runs, so that a later one can continue it. */
public final class RunFiles {
    private static final int MAX_STATE = 1024 * 1024;
    private static final int BUFFER = 1024 * 1024;

    private final Storage storage;
    private final Path directory;

    /** The files that grow while a collection runs. */
    public enum Growing {
        /** The digests that manifests need. */
        LIVE,
        /** What was moved and deleted, for people. */
        ACTIONS
    }

    RunFiles(Storage storage, Path directory) {
        this.storage = storage;
        this.directory = directory;
    }

    /** The state of a collection that has not ended; empty if there is none. */
    public Optional<String> state() {
        return storage.use(connection -> connection.read(stateFile(), MAX_STATE))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /** Durable on return. */
    public void putState(String state) {
        storage.run(connection -> connection.write(stateFile(), state.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes bytes at a position of a growing file, which is made if it is missing. Durable on return. */
    public void append(Growing which, long position, ByteBuffer bytes) {
        Path file = path(which);
        NfsFile open = storage.use(connection -> {
            connection.makeDirectories(directory);
            connection.create(file, new byte[0]);
            return connection.openForWriting(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
        });
        Storage.runFile(() -> {
            try (open) {
                open.write(bytes, position);
                open.force();
            }
        });
    }

    /**
     * Gives the first bytes of a growing file to {@code use}, part by part, as many as there are; a part has a multiple of
     * 16 bytes, except the last one.
     */
    public void read(Growing which, long length, Consumer<ByteBuffer> use) {
        Optional<NfsFile> found = storage.use(connection -> connection.open(path(which)));
        if (found.isEmpty()) {
            return;
        }
        Storage.runFile(() -> {
            try (NfsFile file = found.get()) {
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
                for (long at = 0; at < length; at += buffer.limit()) {
                    buffer.clear().limit((int) Math.min(BUFFER, length - at));
                    while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) > 0) {
                        // read on
                    }
                    use.accept(buffer.flip());
                    if (buffer.limit() == 0) {
                        return;
                    }
                }
            }
        });
    }

    /** Keeps the list of actions at another place, and forgets the rest. */
    void end(Path actions) {
        storage.run(connection -> {
            connection.shift(path(Growing.ACTIONS), actions);
            forget(connection);
        });
    }

    /** Forgets a collection that has not ended. */
    public void forget() {
        storage.run(this::forget);
    }

    private void forget(NfsConnection connection) throws IOException {
        connection.discard(stateFile());
        connection.discard(path(Growing.LIVE));
        connection.discard(path(Growing.ACTIONS));
    }

    private Path stateFile() {
        return directory.resolve("state");
    }

    private Path path(Growing which) {
        return directory.resolve(which == Growing.LIVE ? "live" : "actions");
    }
}
