package org.fedoraproject.registry.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.nfs.NfsUnavailableException;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/** An upload session opened for writing by one request; nobody else writes to it until it is closed. */
public final class UploadSession implements AutoCloseable {
    private static final int READ_BUFFER = 32 * 1024;

    private final UploadStore store;
    private final RepositoryName name;
    private final UUID id;
    private final UploadClaim claim;
    private final NfsFile data;
    private final long opened;
    private boolean ended;
    /** Of the data so far, where all of it was seen. */
    private Optional<ContentDigester> seen = Optional.empty();

    UploadSession(UploadStore store, RepositoryName name, UUID id, UploadClaim claim) {
        this.store = store;
        this.name = name;
        this.id = id;
        this.claim = claim;
        this.data = store.share()
                .use(connection -> connection.openForWriting(store.data(name, id)))
                .orElseThrow(() -> RegistryException.uploadUnknown(id.toString()));
        this.opened = size();
    }

    /** Bytes so far. */
    public long size() {
        return Share.useFile(data::size);
    }

    /**
     * Appends a request's body. Where the client breaks off, what came before stays, and the upload can go on from there; where
     * the storage fails, the session is as it was before.
     *
     * @return bytes appended; they are durable after {@link #force} or {@link #commit}
     * @throws RegistryException where the body is cut or the storage fails
     */
    public long append(InputStream body) {
        long offset = size();
        Optional<ContentDigester> before = seen(offset);
        ContentDigester digester = before.orElseGet(() -> new ContentDigester(Digest.Algorithm.SHA256));
        boolean sawAll = before.isPresent() || offset == 0;
        seen = Optional.empty();
        try {
            long received = new Reception(body, data, offset, digester, claim::renew).run();
            seen = Optional.of(digester).filter(all -> sawAll);
            return received;
        } catch (RegistryException e) {
            seen = Optional.of(digester).filter(all -> sawAll && e.code() == ErrorCode.BLOB_UPLOAD_INVALID);
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Optional<ContentDigester> seen(long size) {
        return seen.or(() -> store.takeDigester(id)).filter(known -> known.length() == size);
    }

    /** Makes what was appended, and the session, survive a power cut; where that fails, it is taken back. */
    public void force() {
        forceData();
        store.forceNames(name, id, opened == 0);
    }

    private void forceData() {
        try {
            data.force();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Takes back what was appended after {@code size}. */
    public void cut(long size) {
        Share.runFile(() -> data.truncate(size));
        seen = Optional.empty();
        store.forgetDigester(id);
    }

    /**
     * The digest of the data. Costs nothing where this instance received all of it under this algorithm, else one read.
     */
    public Digest digest(Digest.Algorithm algorithm) {
        ContentDigester digester = seen(size())
                .filter(known -> known.digest(algorithm).isPresent())
                .orElseGet(() -> Share.useFile(() -> reread(algorithm)));
        seen = Optional.of(digester);
        return digester.digest(algorithm).orElseThrow();
    }

    /**
     * Makes the data a blob of the repository and ends the session. Durable on return.
     *
     * @param named the digest by which the client knows it, which the data has been found to have
     */
    public void commit(Digest named) {
        Digest stored = digest(Digest.Algorithm.SHA256);
        long size = size();
        forceData();
        closeData(); // NFS keeps a deleted file that is open, and with it its directory
        store.commit(name, id, claim, stored, named, size);
        ended = true;
    }

    /** Ends the session; nothing of it remains. */
    public void cancel() {
        closeData();
        store.delete(name, id);
        ended = true;
    }

    @Override
    public void close() {
        try {
            closeData();
        } finally {
            release();
        }
    }

    /** Leaves session and digests to the next request, unless another one has taken the session over. */
    private void release() {
        if (!ended && claim.isHeld()) {
            seen.ifPresent(digester -> store.keepDigester(id, digester));
            claim.close();
        }
    }

    /**
     * After a failed write or force nobody knows what the file has: back to what was there when the request began. Not where
     * another request has taken over meanwhile, and not where the storage does not answer: there it would come too late, and
     * what is in the file are bytes of this upload in their places, however many.
     */
    private RegistryException failed(IOException e) {
        RegistryException fault = Share.fault(e);
        if (e instanceof NfsUnavailableException) {
            return fault;
        }
        try {
            if (claim.isHeld()) {
                cut(opened);
            }
        } catch (RegistryException again) {
            fault.addSuppressed(again);
        }
        return fault;
    }

    private void closeData() {
        Share.runFile(data::close);
    }

    private ContentDigester reread(Digest.Algorithm algorithm) throws IOException {
        ContentDigester digester = new ContentDigester(algorithm);
        ByteBuffer buffer = ByteBuffer.allocate(READ_BUFFER);
        while (data.read(buffer, digester.length()) > 0) {
            digester.update(buffer.array(), buffer.position());
            buffer.clear();
            claim.renew();
        }
        return digester;
    }
}
