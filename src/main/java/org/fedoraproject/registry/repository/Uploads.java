package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.UploadSession;
import org.fedoraproject.registry.store.UploadStore;

/**
 * Pushing blobs: upload sessions and cross-repository mounts (end-4, end-5, end-6, end-11, end-13, end-14). A session may be
 * begun, continued and completed on different instances.
 */
@Singleton
public class Uploads {
    private final UploadStore uploads;
    private final LinkStore links;
    private final BlobStore blobs;

    @Inject
    public Uploads(UploadStore uploads, LinkStore links, BlobStore blobs) {
        this.uploads = uploads;
        this.links = links;
        this.blobs = blobs;
    }

    /** Begins a session for a blob that will be named by a digest of this algorithm. */
    public UUID start(RepositoryName name, Digest.Algorithm algorithm) {
        return uploads.create(name, algorithm);
    }

    /**
     * Makes a whole body a blob of the repository.
     *
     * @throws RegistryException as {@link #complete}; then no session is left, for the client knows of none
     */
    public void put(RepositoryName name, Digest digest, InputStream body) {
        UUID id = uploads.create(name, digest.algorithm());
        try {
            complete(name, id, digest, Optional.empty(), body);
        } catch (RegistryException e) {
            try {
                cancel(name, id);
            } catch (RegistryException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /**
     * Gives the repository a blob that another one has.
     *
     * @return false where that one does not have it
     */
    public boolean mount(RepositoryName name, Digest digest, RepositoryName from) {
        Optional<Digest> stored =
                links.layer(from, digest).filter(known -> blobs.size(known).isPresent());
        stored.ifPresent(known -> {
            links.putLayer(name, known, known);
            if (!digest.equals(known)) {
                links.putLayer(name, digest, known);
            }
        });
        return stored.isPresent();
    }

    /**
     * Bytes received so far.
     *
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}
     */
    public long status(RepositoryName name, UUID id) {
        return uploads.size(name, id).orElseThrow(() -> RegistryException.uploadUnknown(id.toString()));
    }

    /** The same for a stream of which nobody says where it begins. */
    public long append(RepositoryName name, UUID id, Optional<ByteRange> range, InputStream body) {
        return append(name, id, range, OptionalLong.empty(), body);
    }

    /**
     * Appends a chunk.
     *
     * @param range where the client says that the chunk belongs; empty for a stream
     * @param begin where a stream begins; empty for the end of what was received
     * @return bytes received so far, which survive a power cut from now on
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}; {@code RANGE_INVALID} where the
     *     chunk is out of order; {@code SIZE_INVALID} where the chunk has not the length of its range
     */
    public long append(RepositoryName name, UUID id, Optional<ByteRange> range, OptionalLong begin, InputStream body) {
        try (UploadSession session = uploads.open(name, id)) {
            append(session, range, begin, body);
            session.force();
            return session.size();
        }
    }

    /** The same for a stream of which nobody says where it begins. */
    public void complete(RepositoryName name, UUID id, Digest digest, Optional<ByteRange> range, InputStream body) {
        complete(name, id, digest, range, OptionalLong.empty(), body);
    }

    /**
     * Appends the last chunk, which may be empty, and makes the whole a blob of the repository. May be repeated by a client
     * that did not get the answer.
     *
     * @throws RegistryException as {@link #append}; {@code DIGEST_INVALID} where the content has another digest: then the
     *     session is as it was before
     */
    public void complete(
            RepositoryName name,
            UUID id,
            Digest digest,
            Optional<ByteRange> range,
            OptionalLong begin,
            InputStream body) {
        try (UploadSession session = uploads.open(name, id)) {
            complete(session, digest, range, begin, body);
        } catch (RegistryException e) {
            boolean repeated = e.code() == ErrorCode.BLOB_UPLOAD_UNKNOWN
                    && links.layer(name, digest).flatMap(blobs::size).isPresent();
            if (!repeated) {
                throw e;
            }
        }
    }

    private static void complete(
            UploadSession session, Digest digest, Optional<ByteRange> range, OptionalLong begin, InputStream body) {
        long before = session.size();
        append(session, range, begin, body);
        Digest computed = session.digest(digest.algorithm());
        if (!computed.equals(digest)) {
            session.truncate(before);
            throw RegistryException.digestMismatch(digest, computed);
        }
        session.commit(digest);
    }

    /**
     * Ends a session; nothing of it remains.
     *
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}
     */
    public void cancel(RepositoryName name, UUID id) {
        try (UploadSession session = uploads.open(name, id)) {
            session.cancel();
        }
    }

    private static void append(
            UploadSession session, Optional<ByteRange> range, OptionalLong streamBegin, InputStream body) {
        long before = session.size();
        long begin = range.map(ByteRange::first).orElseGet(() -> streamBegin.orElse(before));
        if (begin != before) {
            throw RegistryException.of(
                    ErrorCode.RANGE_INVALID, "the next byte is " + before + ", the chunk begins at " + begin);
        }
        long received = session.append(body);
        if (range.isPresent() && range.get().length() != received) {
            session.truncate(before);
            throw RegistryException.of(
                    ErrorCode.SIZE_INVALID,
                    "Content-Range " + range.get() + " has " + range.get().length() + " bytes, the body " + received);
        }
    }
}
