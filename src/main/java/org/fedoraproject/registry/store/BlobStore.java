package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;

/** The bytes of layers, configs and manifests, by sha256 digest, for all repositories together. */
@Singleton
public final class BlobStore {
    private static final Digest EMPTY = Digest.of(new byte[0]);

    private final Share share;
    private final Layout layout;

    @Inject
    BlobStore(Share share) {
        this.share = share;
        this.layout = share.layout();
    }

    /**
     * Opens a blob; the caller closes it. A file without bytes, which an interrupted docker-distribution may leave, is no
     * blob, so that clients push it again.
     */
    public Optional<BlobContent> open(Digest digest) {
        return share.use(connection -> {
            Optional<NfsFile> file = connection.open(layout.blob(digest));
            if (file.isPresent() && !mayBe(digest, file.get().sizeWhenOpened())) {
                file.get().close();
                return Optional.empty();
            }
            return file.map(BlobContent::new);
        });
    }

    /** A blob's size in bytes; empty where there is no such blob. */
    public Optional<Long> size(Digest digest) {
        return share.use(connection -> connection.size(layout.blob(digest))).filter(size -> mayBe(digest, size));
    }

    /** The whole of a blob; empty where there is none, or it has more than {@code limit} bytes. */
    public Optional<byte[]> read(Digest digest, int limit) {
        return share.use(connection -> connection.read(layout.blob(digest), limit))
                .filter(content -> content.length <= limit);
    }

    /** Stores content under its digest. Durable on return. */
    public void put(Digest digest, byte[] content) {
        share.run(connection -> {
            Path blob = layout.blob(digest);
            if (hasSize(connection, blob, content.length)) {
                connection.force(blob.getParent());
            } else {
                connection.write(blob, content);
            }
        });
    }

    /**
     * Makes a forced file of the tree the blob of this digest, which the caller has computed; no byte is copied. Durable on
     * return. A file of another size, which cannot be the blob, is replaced.
     *
     * @throws RegistryException of the storage
     */
    void adopt(Path file, Digest digest, long size) {
        share.run(connection -> {
            Path blob = layout.blob(digest);
            if (hasSize(connection, blob, size)) {
                connection.force(blob.getParent());
            } else {
                connection.move(file, blob);
            }
        });
    }

    /** Whether a file of this size can be the blob. */
    private static boolean mayBe(Digest digest, long size) {
        return size > 0 || digest.equals(EMPTY);
    }

    private static boolean hasSize(NfsConnection connection, Path blob, long size) throws IOException {
        return connection.size(blob).equals(Optional.of(size));
    }
}
