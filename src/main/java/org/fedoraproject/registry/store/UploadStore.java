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
 * Upload sessions: directories on the share, whose truth is the size of {@code data}. What is kept in memory, the state of the
 * digests, only saves reading the data again; any instance can go on with any session.
 */
@Singleton
public final class UploadStore {
    private static final int MAX_DIGESTERS = 4096;

    /** So many sessions of a repository are looked at in one go. */
    private static final int BATCH = 1000;

    private final Share share;
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
        try {
            share.run(connection -> {
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
            share.use(connection -> connection.discardTree(session));
        } catch (RegistryException e) {
            reason.addSuppressed(e);
        }
    }

    /** Makes the session's directory durable, and where it is new, those above it, which the session may have made. */
    void forceNames(RepositoryName name, UUID id, boolean isNew) {
        share.run(connection -> {
            if (isNew) {
                connection.forceName(layout.uploadData(name, id));
            } else {
                connection.force(layout.upload(name, id));
            }
        });
    }

    /** How many bytes the session has; empty where there is no such session. */
    public Optional<Long> size(RepositoryName name, UUID id) {
        return share.use(connection -> connection.size(layout.uploadData(name, id)));
    }

    /**
     * Opens a session for writing, for one request at a time over all instances; the caller closes it. Where it is taken over from
     * a request to which nothing came for a while, that one may still write to the file that it has open: from here on the
     * session has a copy.
     *
     * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN}; {@code RANGE_INVALID} where another request writes to it
     */
    public UploadSession open(RepositoryName name, UUID id) {
        Path session = layout.upload(name, id);
        UploadClaim claim = UploadClaim.take(share, session)
                .orElseThrow(() -> size(name, id).isPresent()
                        ? RegistryException.uploadBusy("another request is writing to this upload")
                        : RegistryException.uploadUnknown(id.toString()));
        try {
            if (claim.isTakenOver()) {
                forgetDigester(id);
                share.run(connection -> connection.replaceByCopy(layout.uploadData(name, id)));
            }
            return new UploadSession(this, name, id, claim);
        } catch (RuntimeException e) {
            claim.close();
            throw e;
        }
    }

    /** The digests of the data so far, if this instance saw all of it; taken out, for a failure leaves them undefined. */
    Optional<ContentDigester> takeDigester(UUID id) {
        return Optional.ofNullable(digesters.remove(id));
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

    /**
     * Makes the session's data a blob of the repository, known by both digests, and ends the session.
     *
     * @throws RegistryException where another request has taken the session over; then its data is as that one has it
     */
    void commit(RepositoryName name, UUID id, UploadClaim claim, Digest stored, Digest named, long size) {
        Path data = layout.uploadData(name, id);
        Path taken = share.use(connection -> connection.take(data))
                .orElseThrow(() -> RegistryException.uploadUnknown(id.toString()));
        try {
            // Nobody could take the session over before the data was out of reach, or what we have is another's data
            if (!claim.isHeld()) {
                throw RegistryException.uploadBusy("the upload was taken over by another request");
            }
            blobs.adopt(taken, stored, size);
        } catch (RuntimeException e) {
            share.run(connection -> connection.putBackFile(taken, data));
            throw e;
        }
        share.run(connection -> connection.discard(taken)); // it is still there if the blob was
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

    /**
     * Deletes the sessions of a repository that began longer ago than their lifetime, by the server's clock; returns how many.
     * Where {@code startedat} is missing, the last change of the session's directory is taken for the begin.
     */
    public int purge(RepositoryName name, Duration lifetime) {
        int purged = 0;
        Page.Entries<String> sessions;
        Page page = new Page(BATCH, "");
        do {
            Page current = page;
            sessions = share.use(connection ->
                            connection.list(layout.uploads(name), current::selection, Page.Selection::add))
                    .map(Page.Selection::entries)
                    .orElse(new Page.Entries<>(List.of(), false));
            for (String id : sessions.entries()) {
                purged += purge(layout.uploads(name).resolve(id), lifetime) ? 1 : 0;
                page = new Page(BATCH, id);
            }
        } while (sessions.more());
        return purged;
    }

    private boolean purge(Path session, Duration lifetime) {
        return share.use(connection -> isOlder(connection, session, lifetime) && connection.discardTree(session));
    }

    private static boolean isOlder(NfsConnection connection, Path session, Duration lifetime) throws IOException {
        Optional<FileTime> begun = connection.lastModified(session.resolve("startedat"));
        Instant before = connection.now().minus(lifetime);
        return (begun.isPresent() ? begun : connection.lastModified(session))
                .filter(time -> time.toInstant().isBefore(before))
                .isPresent();
    }
}
