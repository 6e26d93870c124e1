package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Upload sessions: directories on the share, whose truth is the size of {@code data}. What is kept in memory, the state of the
 * digests, only saves reading the data again; any instance can go on with any session.
 */
@Singleton
public final class UploadStore {
    private static final int MAX_DIGESTERS = 4096;

    private final Share share;
    private final Layout layout;
    private final BlobStore blobs;
    private final LinkStore links;
    private final Set<UUID> busy = ConcurrentHashMap.newKeySet();
    private final Map<UUID, ContentDigester> digesters =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<UUID, ContentDigester> eldest) {
                    return size() > MAX_DIGESTERS;
                }
            });

    @Inject
    UploadStore(Share share, BlobStore blobs, LinkStore links) {
        this.share = share;
        this.layout = share.layout();
        this.blobs = blobs;
        this.links = links;
    }

    /**
     * Begins a session. It survives a power cut from the first bytes on that were acknowledged.
     *
     * @param algorithm of the digest that the client means to complete it with; another one costs a read of the data
     */
    public UUID create(RepositoryName name, Digest.Algorithm algorithm) {
        UUID id = UUID.randomUUID();
        Path session = layout.upload(name, id);
        byte[] startedAt =
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().getBytes(StandardCharsets.US_ASCII);
        share.run(connection -> {
            connection.makeDirectories(session);
            connection.create(session.resolve("startedat"), startedAt);
            connection.create(layout.uploadData(name, id), new byte[0]);
        });
        digesters.put(id, new ContentDigester(algorithm));
        return id;
    }

    /** Makes the session's directory durable, and where it is new, those above it, which the session may have made. */
    void forceNames(RepositoryName name, UUID id, boolean isNew) {
        Path session = layout.upload(name, id);
        share.run(connection -> connection.forceUpTo(isNew ? layout.repositories() : session, session));
    }

    /** How many bytes the session has; empty where there is no such session. */
    public Optional<Long> size(RepositoryName name, UUID id) {
        return share.use(connection -> connection.size(layout.uploadData(name, id)));
    }

    /**
     * Opens a session for writing, for one request at a time over all instances; the caller closes it.
     *
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}; {@code RANGE_INVALID} where another request writes to it
     */
    public UploadSession open(RepositoryName name, UUID id) {
        if (!busy.add(id)) {
            throw RegistryException.uploadBusy("another request is writing to this upload");
        }
        Optional<UploadClaim> claim = Optional.empty();
        try {
            claim = UploadClaim.take(share, layout.upload(name, id));
            if (claim.isEmpty()) {
                throw size(name, id).isPresent()
                        ? RegistryException.uploadBusy("another request is writing to this upload")
                        : RegistryException.uploadUnknown(id.toString());
            }
            return new UploadSession(this, name, id, claim.get());
        } catch (RuntimeException e) {
            busy.remove(id);
            claim.ifPresent(UploadClaim::close);
            throw e;
        }
    }

    void closed(UUID id) {
        busy.remove(id);
    }

    /** The digests of the data so far, if this instance saw all of it; taken out, for a failure leaves them undefined. */
    Optional<ContentDigester> takeDigester(UUID id, long size) {
        return Optional.ofNullable(digesters.remove(id)).filter(digester -> digester.length() == size);
    }

    void keepDigester(UUID id, ContentDigester digester) {
        digesters.put(id, digester);
    }

    void forgetDigester(UUID id) {
        digesters.remove(id);
    }

    Share share() {
        return share;
    }

    Path data(RepositoryName name, UUID id) {
        return layout.uploadData(name, id);
    }

    /** Makes the session's data a blob of the repository, known by both digests, and ends the session. */
    void commit(RepositoryName name, UUID id, Digest stored, Digest named, long size) {
        blobs.adopt(layout.uploadData(name, id), stored, size);
        links.putLayer(name, stored, stored);
        if (!named.equals(stored)) {
            links.putLayer(name, named, stored);
        }
        delete(name, id);
    }

    /** Ends the session; its data is gone. */
    void delete(RepositoryName name, UUID id) {
        forgetDigester(id);
        share.use(connection -> connection.discardTree(layout.upload(name, id)));
    }

    /** Deletes the sessions of a repository that began before {@code before}; returns how many. */
    public int purge(RepositoryName name, Instant before) {
        int purged = 0;
        for (String session :
                share.use(connection -> connection.list(layout.uploads(name))).orElse(List.of())) {
            Path startedAt = layout.uploads(name).resolve(session).resolve("startedat");
            boolean old = share.use(connection -> connection.lastModified(startedAt))
                    .filter(time -> time.toInstant().isBefore(before))
                    .isPresent();
            if (old && share.use(connection -> connection.discardTree(startedAt.getParent()))) {
                purged++;
            }
        }
        return purged;
    }
}
