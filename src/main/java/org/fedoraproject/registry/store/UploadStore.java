package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Upload sessions: directories on the share. The size of {@code data} is authoritative; the digests in memory only save
 * reading the data again, so any instance can continue any session.
 */
@Singleton
public final class UploadStore {
    private static final int MAX_DIGESTERS = 4096;

    /** How many sessions of a repository are listed at once. */
    private static final int BATCH = 1000;

    private final Storage storage;
    private final Layout layout;
    private final BlobStore blobs;
    private final LinkStore links;
    private final Map<UUID, ContentDigester> digesters =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<UUID, ContentDigester> eldest) {
                    return size() > MAX_DIGESTERS;
                }
            });

    @Inject
    UploadStore(Storage storage, BlobStore blobs, LinkStore links) {
        this.storage = storage;
        this.layout = storage.layout();
        this.blobs = blobs;
        this.links = links;
    }

    /**
     * Starts a session. It is not durable: if the host of a local disk dies, the client is told that there is no such
     * session, and begins again.
     *
     * @param algorithm of the digest that the client is expected to complete it with; another one costs a read of the
     *     data
     */
    public UUID create(RepositoryName name, Digest.Algorithm algorithm) {
        UUID id = UUID.randomUUID();
        Path session = layout.upload(name, id);
        byte[] startedAt =
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().getBytes(StandardCharsets.US_ASCII);
        try {
            storage.run(connection -> {
                connection.makeDirectories(session);
                connection.create(session.resolve("startedat"), startedAt);
                connection.create(layout.uploadData(name, id), new byte[0]);
            });
        } catch (RegistryException e) {
            discardQuietly(session, e);
            throw e;
        }
        digesters.put(id, new ContentDigester(algorithm));
        return id;
    }

    private void discardQuietly(Path session, RegistryException reason) {
        try {
            storage.use(connection -> connection.discardTree(session));
        } catch (RegistryException e) {
            reason.addSuppressed(e);
        }
    }

    /** The number of bytes of the session; empty if there is no such session. */
    public Optional<Long> size(RepositoryName name, UUID id) {
        return storage.use(connection -> connection.size(layout.uploadData(name, id)));
    }

    /**
     * Opens a session for writing, for one request at a time among all instances; the caller closes it. If it takes the
     * session over from a request that was idle for a while, that one may still write to its open file, so the session
     * continues with a copy.
     *
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}; {@code RANGE_INVALID} if another request is writing to it
     */
    public UploadSession open(RepositoryName name, UUID id) {
        Path session = layout.upload(name, id);
        UploadLease lease = UploadLease.acquire(storage, session)
                .orElseThrow(() -> size(name, id).isPresent()
                        ? RegistryException.uploadBusy("another request is writing to this upload")
                        : RegistryException.uploadUnknown(id.toString()));
        try {
            if (lease.isTakenOver()) {
                forgetDigester(id);
                storage.run(connection -> connection.replaceByCopy(layout.uploadData(name, id)));
            }
            return new UploadSession(this, name, id, lease);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    /**
     * The digests of the data so far, if this instance received all of it. Removes them, because a failure leaves them
     * undefined.
     */
    Optional<ContentDigester> takeDigester(UUID id) {
        return Optional.ofNullable(digesters.remove(id));
    }

    void keepDigester(UUID id, ContentDigester digester) {
        digesters.put(id, digester);
    }

    void forgetDigester(UUID id) {
        digesters.remove(id);
    }

    Storage storage() {
        return storage;
    }

    Path data(RepositoryName name, UUID id) {
        return layout.uploadData(name, id);
    }

    /**
     * Makes the session's data a blob of the repository under both digests, and ends the session.
     *
     * @return whether the repository did not have the blob
     * @throws RegistryException if another request has taken the session over; the data is unchanged then
     */
    boolean commit(RepositoryName name, UUID id, UploadLease lease, Digest stored, Digest named, long size) {
        Path data = layout.uploadData(name, id);
        Path taken = storage.use(connection -> connection.take(data))
                .orElseThrow(() -> RegistryException.uploadUnknown(id.toString()));
        try {
            // Check the lease only now that the data is out of reach: before, another request could have taken the
            // session over
            if (!lease.isHeld()) {
                throw RegistryException.uploadBusy("the upload was taken over by another request");
            }
            blobs.adopt(taken, stored, size);
        } catch (RuntimeException e) {
            storage.run(connection -> connection.putBackFile(taken, data));
            throw e;
        }
        storage.run(connection -> connection.discard(taken)); // it is still there if the blob existed
        boolean isNew = link(name, stored, named);
        delete(name, id);
        return isNew;
    }

    /**
     * Makes a blob that is stored a blob of the repository under both digests. Durable on return.
     *
     * @return whether the repository did not have the blob
     */
    public boolean link(RepositoryName name, Digest stored, Digest named) {
        boolean isNew = links.putLayer(name, stored, stored);
        if (!named.equals(stored)) {
            links.putLayer(name, named, stored);
        }
        return isNew;
    }

    /**
     * Makes content that fits into memory a blob of the repository under both digests, without a session. Durable on
     * return.
     *
     * @return whether the repository did not have the blob
     */
    public boolean put(RepositoryName name, Digest stored, Digest named, byte[] content) {
        blobs.put(stored, content);
        return link(name, stored, named);
    }

    /** Ends the session and deletes its data. */
    void delete(RepositoryName name, UUID id) {
        forgetDigester(id);
        storage.use(connection -> connection.discardTree(layout.upload(name, id)));
    }

    /**
     * Deletes the sessions of a repository that are older than their lifetime, by the server's clock; returns how many.
     * If {@code startedat} is missing, the last change of the session's directory counts as the start.
     */
    public int purge(RepositoryName name, Duration lifetime) {
        int purged = 0;
        Page.Entries<String> sessions;
        Page page = new Page(BATCH, "");
        do {
            Page current = page;
            sessions = storage.use(connection ->
                            connection.list(layout.uploads(name), current::selection, Page.Selection::add))
                    .map(Page.Selection::entries)
                    .orElse(new Page.Entries<>(List.of(), false));
            for (String id : sessions.entries()) {
                purged += purge(layout.uploads(name).resolve(id), lifetime) ? 1 : 0;
                page = new Page(BATCH, id);
            }
        } while (sessions.more());
        removeIfUnused(name, lifetime);
        return purged;
    }

    /** Removes the directory of a repository's uploads if it had none for a lifetime, and the repository if it has nothing. */
    private void removeIfUnused(RepositoryName name, Duration lifetime) {
        Path directory = layout.uploads(name);
        storage.run(connection -> {
            Instant before = connection.now().minus(lifetime);
            if (connection
                    .lastModified(directory)
                    .filter(time -> time.toInstant().isBefore(before))
                    .isPresent()) {
                connection.removeUpwards(directory, layout.repositories());
            }
        });
    }

    private boolean purge(Path session, Duration lifetime) {
        return storage.use(connection -> isOlder(connection, session, lifetime) && connection.discardTree(session));
    }

    private static boolean isOlder(NfsConnection connection, Path session, Duration lifetime) throws IOException {
        Optional<FileTime> started = connection.lastModified(session.resolve("startedat"));
        Instant before = connection.now().minus(lifetime);
        return (started.isPresent() ? started : connection.lastModified(session))
                .filter(time -> time.toInstant().isBefore(before))
                .isPresent();
    }
}
