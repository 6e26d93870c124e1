package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.RegistryException;

/** The files that runs of retention keep on the share, in one directory: reports, and how far a run came. */
@Singleton
public final class RetentionStore extends JobFiles {
    private static final int MAX_REPORTS = 50;

    private final Storage storage;
    private final Layout layout;

    @Inject
    RetentionStore(Storage storage) {
        super(storage, storage.layout().retention(), storage.layout().retention(), "", MAX_REPORTS);
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

    private Path at(String file) {
        return layout.retention().resolve(file);
    }
}
