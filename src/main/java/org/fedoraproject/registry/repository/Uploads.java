package org.fedoraproject.registry.repository;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.fedoraproject.registry.events.EventAction;
import org.fedoraproject.registry.events.Events;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.events.RegistryEvent;
import org.fedoraproject.registry.oci.ByteRange;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.quota.Admission;
import org.fedoraproject.registry.quota.Quotas;
import org.fedoraproject.registry.store.BlobStore;
import org.fedoraproject.registry.store.LinkStore;
import org.fedoraproject.registry.store.UploadSession;
import org.fedoraproject.registry.store.UploadStore;

/**
 * Pushes of blobs: upload sessions and cross-repository mounts (end-4, end-5, end-6, end-11, end-13, end-14). A session
 * may be started, continued and completed on different instances.
 */
@Singleton
public class Uploads {
    /** In bytes; a shorter body that comes in one request is kept in memory until it is stored. */
    private static final int SMALL = 64 * 1024;

    private final UploadStore uploads;
    private final LinkStore links;
    private final BlobStore blobs;
    private final Quotas quotas;
    private final Events events;
    private final LongAdder underWay = new LongAdder();

    /** Where nobody is told of events. */
    public Uploads(UploadStore uploads, LinkStore links, BlobStore blobs, Quotas quotas) {
        this(uploads, links, blobs, quotas, Events.none());
    }

    @Inject
    public Uploads(UploadStore uploads, LinkStore links, BlobStore blobs, Quotas quotas, Events events) {
        this.uploads = uploads;
        this.links = links;
        this.blobs = blobs;
        this.quotas = quotas;
        this.events = events;
    }

    /**
     * Starts a session for a blob that will be named by a digest of this algorithm.
     *
     * @throws RegistryException {@code DENIED} if a quota is used up
     */
    public UUID start(RepositoryName name, Digest.Algorithm algorithm) {
        quotas.requireRoom(name, 0);
        return uploads.create(name, algorithm);
    }

    /** The same for a body of unknown length. */
    public void put(RepositoryName name, Digest digest, InputStream body) {
        put(name, digest, 0, body);
    }

    /**
     * Stores a complete body as a blob of the repository. A small one needs no session, because it fits into memory.
     *
     * @param least how many bytes the body has at least
     * @param origin for the events
     * @throws RegistryException as {@link #complete}; no session is left then, because the client knows of none
     */
    public void put(RepositoryName name, Digest digest, long least, InputStream body, Origin origin) {
        quotas.requireRoom(name, digest, least, () -> has(name, digest));
        byte[] begin = receive(body);
        if (begin.length < SMALL) {
            store(name, digest, begin);
            tell(name, digest, begin.length, origin);
        } else {
            putBySession(name, digest, new SequenceInputStream(new ByteArrayInputStream(begin), body), origin);
        }
    }

    private byte[] receive(InputStream body) {
        underWay.increment();
        try {
            return body.readNBytes(SMALL);
        } catch (IOException e) {
            throw RegistryException.bodyCut(e);
        } finally {
            underWay.decrement();
        }
    }

    private void store(RepositoryName name, Digest digest, byte[] content) {
        Digest computed = Digest.of(digest.algorithm(), content);
        if (!computed.equals(digest)) {
            throw RegistryException.digestMismatch(digest, computed);
        }
        Digest stored = Digest.of(content);
        admit(name, stored, content.length, () -> uploads.put(name, stored, digest, content));
    }

    /** @param write returns whether the repository did not have the blob */
    private void admit(RepositoryName name, Digest stored, long size, BooleanSupplier write) {
        try (Admission room = quotas.admit(name, stored, size, () -> has(name, stored))) {
            room.stored(write.getAsBoolean());
        }
    }

    private void putBySession(RepositoryName name, Digest digest, InputStream body, Origin origin) {
        UUID id = uploads.create(name, digest.algorithm());
        try {
            complete(name, id, digest, Optional.empty(), OptionalLong.empty(), body, origin);
        } catch (RegistryException e) {
            try {
                cancel(name, id);
            } catch (RegistryException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** The same for nobody in particular. */
    public void put(RepositoryName name, Digest digest, long least, InputStream body) {
        put(name, digest, least, body, Origin.UNKNOWN);
    }

    /**
     * Adds a blob of another repository to this one.
     *
     * @param origin for the events
     * @return false if the other repository does not have it
     * @throws RegistryException {@code DENIED} if a quota has no room
     */
    public boolean mount(RepositoryName name, Digest digest, RepositoryName from, Origin origin) {
        Optional<Digest> stored = links.layer(from, digest);
        Optional<Long> size = stored.flatMap(blobs::size);
        if (size.isEmpty()) {
            return false;
        }
        mount(name, digest, stored.get(), size.get(), from);
        if (events.mayWant(EventAction.MOUNT, name)) {
            events.tell(RegistryEvent.mounted(name, digest, size.get(), from, origin));
        }
        return true;
    }

    /** The same for nobody in particular. */
    public boolean mount(RepositoryName name, Digest digest, RepositoryName from) {
        return mount(name, digest, from, Origin.UNKNOWN);
    }

    private void mount(RepositoryName name, Digest digest, Digest stored, long size, RepositoryName from) {
        try (Admission room = quotas.admitMount(name, from, stored, size, () -> has(name, stored))) {
            room.stored(uploads.link(name, stored, digest));
        }
    }

    private boolean has(RepositoryName name, Digest digest) {
        return links.layer(name, digest).isPresent();
    }

    /**
     * The number of bytes received so far.
     *
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}
     */
    public long status(RepositoryName name, UUID id) {
        return uploads.size(name, id).orElseThrow(() -> RegistryException.uploadUnknown(id.toString()));
    }

    /** The same for a stream without a given begin. */
    public long append(RepositoryName name, UUID id, Optional<ByteRange> range, InputStream body) {
        return append(name, id, range, OptionalLong.empty(), body);
    }

    /**
     * Appends a chunk.
     *
     * @param range the chunk's place according to the client; empty for a stream
     * @param begin where a stream begins; empty for the end of the received bytes
     * @return the number of bytes received so far
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}; {@code RANGE_INVALID} if the chunk is out of order;
     *     {@code SIZE_INVALID} if its length does not match its range; {@code DENIED} if a quota has no room, and then
     *     the session ends
     */
    public long append(RepositoryName name, UUID id, Optional<ByteRange> range, OptionalLong begin, InputStream body) {
        try (UploadSession session = uploads.open(name, id)) {
            if (quotas.limit(name)) {
                long received = session.size();
                long size = received
                        + range.filter(chunk -> chunk.first() == received)
                                .map(ByteRange::length)
                                .orElse(0L); // any other chunk is out of order
                endIfRefused(session, () -> quotas.requireRoom(name, size));
            }
            append(session, range, begin, body);
            session.forceData();
            return session.size();
        }
    }

    /** The same for a stream without a given begin. */
    public void complete(RepositoryName name, UUID id, Digest digest, Optional<ByteRange> range, InputStream body) {
        complete(name, id, digest, range, OptionalLong.empty(), body, Origin.UNKNOWN);
    }

    /**
     * Appends the last chunk, which may be empty, and makes the upload a blob of the repository. A client that got no
     * response may repeat the request.
     *
     * @param origin for the events
     * @throws RegistryException as {@link #append}; {@code DIGEST_INVALID} if the content has another digest: the
     *     session is as it was before then
     */
    public void complete(
            RepositoryName name,
            UUID id,
            Digest digest,
            Optional<ByteRange> range,
            OptionalLong begin,
            InputStream body,
            Origin origin) {
        tell(name, digest, completed(name, id, digest, range, begin, body), origin);
    }

    /** Returns the size of the blob. */
    private long completed(
            RepositoryName name,
            UUID id,
            Digest digest,
            Optional<ByteRange> range,
            OptionalLong begin,
            InputStream body) {
        try (UploadSession session = uploads.open(name, id)) {
            return complete(name, session, digest, range, begin, body);
        } catch (RegistryException e) {
            if (e.code() != ErrorCode.BLOB_UPLOAD_UNKNOWN) {
                throw e;
            }
            return links.layer(name, digest).flatMap(blobs::size).orElseThrow(() -> e); // a repeated request
        }
    }

    private void tell(RepositoryName name, Digest digest, long size, Origin origin) {
        if (events.mayWant(EventAction.PUSH, name)) {
            events.tell(RegistryEvent.blobPushed(name, digest, size, origin));
        }
    }

    private long complete(
            RepositoryName name,
            UploadSession session,
            Digest digest,
            Optional<ByteRange> range,
            OptionalLong begin,
            InputStream body) {
        long before = session.size();
        endIfRefused(session, () -> quotas.requireRoom(name, digest, before, () -> has(name, digest)));
        append(session, range, begin, body);
        Digest computed = session.digest(digest.algorithm());
        if (!computed.equals(digest)) {
            session.truncate(before);
            throw RegistryException.digestMismatch(digest, computed);
        }
        Digest stored = session.digest(Digest.Algorithm.SHA256);
        long size = session.size();
        endIfRefused(session, () -> admit(name, stored, size, () -> session.commit(digest)));
        return size;
    }

    /** Deletes the bytes of an upload that a quota has no room for, because its client will hardly do so. */
    private static void endIfRefused(UploadSession session, Runnable work) {
        try {
            work.run();
        } catch (RegistryException e) {
            if (e.excess().isPresent()) {
                session.cancel();
            }
            throw e;
        }
    }

    /**
     * Ends a session and deletes its data.
     *
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}
     */
    public void cancel(RepositoryName name, UUID id) {
        try (UploadSession session = uploads.open(name, id)) {
            session.cancel();
        }
    }

    private void append(UploadSession session, Optional<ByteRange> range, OptionalLong streamBegin, InputStream body) {
        long before = session.size();
        long begin = range.map(ByteRange::first).orElseGet(() -> streamBegin.orElse(before));
        if (begin != before) {
            throw RegistryException.of(
                    ErrorCode.RANGE_INVALID, "the next byte is " + before + ", the chunk begins at " + begin);
        }
        long received = receive(session, body);
        if (range.isPresent() && range.get().length() != received) {
            session.truncate(before);
            throw RegistryException.of(
                    ErrorCode.SIZE_INVALID,
                    "Content-Range " + range.get() + " has " + range.get().length() + " bytes, the body " + received);
        }
    }

    private long receive(UploadSession session, InputStream body) {
        underWay.increment();
        try {
            return session.append(body);
        } finally {
            underWay.decrement();
        }
    }

    /** The number of blobs of which this instance is receiving bytes. */
    public long underWay() {
        return underWay.sum();
    }
}
