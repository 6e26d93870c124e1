package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.jboss.logging.Logger;

/** The bytes of layers, configs and manifests, by sha256 digest, for all repositories together. */
@Singleton
public final class BlobStore {
    private static final Logger LOG = Logger.getLogger(BlobStore.class);

    private static final Digest EMPTY = Digest.of(new byte[0]);
    private static final int READ_BUFFER = 256 * 1024;

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

    /** Stores content under its digest. Durable on return. Bytes that are there and are others are replaced. */
    public void put(Digest digest, byte[] content) {
        share.run(connection -> {
            Path blob = layout.blob(digest);
            boolean same = connection
                    .read(blob, content.length)
                    .filter(there -> Arrays.equals(there, content))
                    .isPresent();
            if (same) {
                connection.forceName(blob);
            } else {
                connection.write(blob, content);
            }
        });
    }

    /**
     * Makes a forced file of the tree the blob of this digest, which the caller has computed; no byte is copied. Durable on
     * return. A file that is there is kept where its bytes have the digest, for it may be being read on other hosts, and is
     * replaced where they have not.
     *
     * @throws RegistryException of the storage
     */
    void adopt(Path file, Digest digest, long size) {
        Path blob = layout.blob(digest);
        boolean same = size(digest).equals(Optional.of(size)) && hasItsBytes(digest);
        share.run(connection -> {
            if (same) {
                connection.forceName(blob);
            } else {
                connection.move(file, blob);
            }
        });
    }

    /**
     * Reads a blob that is suspected to be another than its digest says. One that is gets out of the way, so that it is unknown
     * until it is pushed again; its bytes are kept below {@code .quarantine}.
     *
     * @return whether it is there and has its digest
     */
    public boolean verify(Digest digest) {
        if (size(digest).isEmpty() || hasItsBytes(digest)) {
            return size(digest).isPresent();
        }
        Path kept = layout.quarantine(digest);
        share.run(connection -> connection.moveIfPresent(layout.blob(digest), kept));
        if (hasItsBytes(kept, digest)) { // another push has replaced them since they were read
            share.run(connection -> connection.moveIfPresent(kept, layout.blob(digest)));
            return size(digest).isPresent();
        }
        LOG.errorf("The blob %s has other bytes than its digest says; they are at %s now", digest, kept);
        return false;
    }

    private boolean hasItsBytes(Digest digest) {
        return hasItsBytes(layout.blob(digest), digest);
    }

    private boolean hasItsBytes(Path path, Digest digest) {
        Optional<NfsFile> file = share.use(connection -> connection.open(path));
        if (file.isEmpty()) {
            return false;
        }
        return Share.useFile(() -> {
            try (NfsFile data = file.get()) {
                MessageDigest computed = digest.algorithm().messageDigest();
                ByteBuffer buffer = ByteBuffer.allocate(READ_BUFFER);
                long read = 0;
                while (data.read(buffer, read) > 0) {
                    read += buffer.flip().remaining();
                    computed.update(buffer);
                    buffer.clear();
                }
                return Digest.ofHash(digest.algorithm(), computed.digest()).equals(digest);
            }
        });
    }

    /** Whether a file of this size can be the blob. */
    private static boolean mayBe(Digest digest, long size) {
        return size > 0 || digest.equals(EMPTY);
    }
}
