package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.fedoraproject.registry.nfs.FileContent;
import org.fedoraproject.registry.nfs.FileState;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;

/** The bytes of layers, configs and manifests by sha256 digest, shared by all repositories. */
@Singleton
public final class BlobStore {
    private static final Digest EMPTY = Digest.of(new byte[0]);

    private final Storage storage;
    private final Layout layout;
    private final Leases leases;
    private final Trash trash;
    private final Quarantine quarantine;

    @Inject
    BlobStore(Storage storage, Leases leases, Trash trash, Quarantine quarantine) {
        this.storage = storage;
        this.layout = storage.layout();
        this.leases = leases;
        this.trash = trash;
        this.quarantine = quarantine;
    }

    /** Begins to watch whether what was found is safe from collections. */
    public Leases.Watch watchLeases() {
        return leases.watch();
    }

    /**
     * Opens a blob; the caller closes it. An empty file, which an interrupted docker-distribution may leave, counts as
     * missing, so that clients push the blob again.
     */
    public Optional<BlobContent> open(Digest digest) {
        Path blob = layout.blob(digest);
        return storage.use(connection -> {
            Optional<NfsFile> file = leases.find(connection, blob, () -> connection.open(blob));
            if (file.isPresent() && !isUsable(connection, digest, file.get())) {
                file.get().close();
                return Optional.empty();
            }
            return file.map(BlobContent::new);
        });
    }

    /** Closes the file if it fails. */
    private boolean isUsable(NfsConnection connection, Digest digest, NfsFile file) throws IOException {
        try {
            return canBe(digest, file.sizeWhenOpened()) && leases.keep(connection, layout.blob(digest), file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** A blob's size in bytes; empty if there is no such blob. */
    public Optional<Long> size(Digest digest) {
        Path blob = layout.blob(digest);
        return storage.use(connection -> {
            Optional<FileState> found = leases.find(connection, blob, () -> connection.state(blob));
            boolean usable = found.isPresent()
                    && canBe(digest, found.get().size())
                    && leases.keep(connection, blob, found.get());
            return found.filter(state -> usable).map(FileState::size);
        });
    }

    /**
     * The same, but without protecting the blob from collections, for which no client asks. May miss a blob that is in
     * the trash.
     */
    public Optional<Long> sizeUnprotected(Digest digest) {
        return storage.use(connection -> connection.size(layout.blob(digest))).filter(size -> canBe(digest, size));
    }

    /**
     * Moves a blob back from the trash if it is there. Finds also what another host has just put there, which the other
     * methods may miss.
     */
    public void rescue(Digest digest) {
        storage.use(connection -> trash.rescue(connection, layout.blob(digest)));
    }

    /**
     * The content of a blob; empty if there is none, or it has more than {@code limit} bytes. For manifests, which
     * their links keep from being collected.
     */
    public Optional<byte[]> read(Digest digest, int limit) {
        Path blob = layout.blob(digest);
        return storage.use(connection -> leases.find(connection, blob, () -> connection.read(blob, limit)))
                .filter(content -> content.length <= limit);
    }

    /** Stores content under its digest. Durable on return. Replaces an existing file with different content. */
    public void put(Digest digest, byte[] content) {
        storage.run(connection -> {
            Path blob = layout.blob(digest);
            Optional<FileContent> same =
                    connection.readDated(blob, content.length).filter(there -> Arrays.equals(there.bytes(), content));
            if (same.isPresent() && leases.keep(connection, blob, same.get())) {
                connection.forceName(blob);
            } else {
                connection.write(blob, content);
            }
        });
    }

    /**
     * Makes a forced file of the tree the blob of this digest, which the caller has computed, without copying bytes.
     * Durable on return. An existing file is kept if its content matches the digest, because other hosts may be reading
     * it, and is replaced otherwise.
     *
     * @throws RegistryException of the storage
     */
    void adopt(Path file, Digest digest, long size) {
        Path blob = layout.blob(digest);
        boolean same = size(digest).equals(Optional.of(size)) && matchesDigest(digest);
        storage.run(connection -> {
            if (same) {
                connection.forceName(blob);
            } else {
                leases.refresh(connection, file);
                connection.move(file, blob);
            }
        });
    }

    /**
     * Reads a blob and checks it against its digest. A blob that does not match is moved to {@code .quarantine}, and is
     * unknown until it is pushed again.
     *
     * @return whether the blob exists and matches its digest
     */
    public boolean verify(Digest digest) {
        if (sizeUnprotected(digest).isEmpty()) {
            return quarantine.heal(digest, count -> true);
        }
        if (matchesDigest(digest)) {
            return sizeUnprotected(digest).isPresent();
        }
        return !quarantine.take(digest, count -> true)
                && sizeUnprotected(digest).isPresent()
                && matchesDigest(digest); // a push has replaced the file since it was read
    }

    private boolean matchesDigest(Digest digest) {
        return FileDigest.compute(storage, layout.blob(digest), digest.algorithm(), count -> true)
                .filter(found -> found.digest().equals(digest))
                .isPresent();
    }

    /** Whether a file of this size can be the blob. */
    private static boolean canBe(Digest digest, long size) {
        return size > 0 || digest.equals(EMPTY);
    }
}
