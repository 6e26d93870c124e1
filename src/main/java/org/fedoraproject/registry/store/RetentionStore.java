package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.RegistryException;

/** The files that runs of retention keep on the share, in one directory: reports, and how far a run came. */
@Singleton
public final class RetentionStore {
    private static final int MAX_FILE = 64 * 1024;

    private final Storage storage;
    private final Layout layout;

    @Inject
    RetentionStore(Storage storage) {
        this.storage = storage;
        this.layout = storage.layout();
    }

    /** The time by the file server's clock. */
    public Instant now() {
        return storage.use(connection -> connection.now());
    }

    /**
     * Fails if the share does not answer.
     *
     * @throws RegistryException of the storage
     */
    public void requireShare() {
        storage.run(connection -> connection.list(layout.retention()));
    }

    /** The names of the files, in no order. */
    public List<String> list() {
        return storage.use(connection -> connection.list(layout.retention())).orElse(List.of());
    }

    /** A small file; empty if there is none. */
    public Optional<String> read(String file) {
        return storage.use(connection -> connection.read(at(file), MAX_FILE))
                .map(content -> new String(content, StandardCharsets.UTF_8));
    }

    /** Writes a file, or replaces it. Durable on return. */
    public void write(String file, String content) {
        storage.run(connection -> connection.write(at(file), content.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes bytes into a file that exists. Durable on return. */
    public void append(String file, long position, byte[] content) {
        Storage.runFile(() -> {
            Optional<NfsFile> opened = storage.use(connection -> connection.openForWriting(at(file)));
            try (NfsFile log = opened.orElseThrow(() -> new NoSuchFileException(at(file).toString()))) {
                log.write(ByteBuffer.wrap(content), position);
                log.force();
            }
        });
    }

    /** Does nothing if there is none. */
    public void delete(String file) {
        storage.run(connection -> connection.discard(at(file)));
    }

    private Path at(String file) {
        return layout.retention().resolve(file);
    }
}
