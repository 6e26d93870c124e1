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

/** An upload session opened for writing by one request; no other request writes to it until it is closed. */
public final class UploadSession implements AutoCloseable {
    private static final int READ_BUFFER = 32 * 1024;

    private final UploadStore store;
    private final RepositoryName name;
    private final UUID id;
    private final UploadLease lease;
    private final NfsFile data;
    private final long sizeWhenOpened;
    private boolean ended;
    /** The digests of all data so far, if they are known. */
    private Optional<ContentDigester> seen = Optional.empty();

    UploadSession(UploadStore store, RepositoryName name, UUID id, UploadLease lease) {
        this.store = store;
        this.name = name;
        this.id = id;
        this.lease = lease;
        this.data = store.storage()
                .use(connection -> connection.openForWriting(store.data(name, id)))
                .orElseThrow(() -> RegistryException.uploadUnknown(id.toString()));
        this.sizeWhenOpened = size();
    }

    /** The number of bytes so far. */
    public long size() {
        return Storage.useFile(data::size);
    }

    /**
     * Appends a request's body. If the client disconnects, the bytes before that stay, and the upload can go on from
     * there. If the storage fails, the session is as it was before.
     *
     * @return bytes appended; durable after {@link #commit}
     * @throws RegistryException if the body is cut or the storage fails
     */
    public long append(InputStream body) {
        long offset = size();
        Optional<ContentDigester> before = seen(offset);
        ContentDigester digester = before.orElseGet(() -> new ContentDigester(Digest.Algorithm.SHA256));
        boolean sawAll = before.isPresent() || offset == 0;
        seen = Optional.empty();
        try {
            long received = new UploadPipeline(body, data, offset, digester, lease::renew).run();
            seen = Optional.of(digester).filter(all -> sawAll);
            return received;
        } catch (RegistryException e) {
            seen = Optional.of(digester).filter(all -> sawAll && e.code() == ErrorCode.BLOB_UPLOAD_INVALID);
            throw e;
        } catch (IOException e) {
            throw rollBack(e);
        }
    }

    private Optional<ContentDigester> seen(long size) {
        return seen.or(() -> store.takeDigester(id)).filter(known -> known.length() == size);
    }

    /**
     * Writes the appended bytes to the disk, and takes them back if that fails: a later force would not tell of it. Makes
     * no name durable, because a session needs none before its blob has one.
     */
    public void forceData() {
        try {
            data.force();
        } catch (IOException e) {
            throw rollBack(e);
        }
    }

    /** Removes the bytes after {@code size}. */
    public void truncate(long size) {
        Storage.runFile(() -> data.truncate(size));
        seen = Optional.empty();
        store.forgetDigester(id);
    }

    /**
     * The digest of the data. Costs nothing if this instance received all of it under this algorithm, else it reads the
     * data once.
     */
    public Digest digest(Digest.Algorithm algorithm) {
        ContentDigester digester = seen(size())
                .filter(known -> known.digest(algorithm).isPresent())
                .orElseGet(() -> Storage.useFile(() -> reread(algorithm)));
        seen = Optional.of(digester);
        return digester.digest(algorithm).orElseThrow();
    }

    /**
     * Makes the data a blob of the repository and ends the session. Durable on return.
     *
     * @param named the client's digest of the blob, which the caller has checked
     * @return whether the repository did not have the blob
     */
    public boolean commit(Digest named) {
        Digest stored = digest(Digest.Algorithm.SHA256);
        long size = size();
        forceData();
        closeData(); // NFS keeps a deleted file that is open, and its directory with it
        boolean isNew = store.commit(name, id, lease, stored, named, size);
        ended = true;
        return isNew;
    }

    /** Ends the session and deletes its data. */
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

    /**
     * Releases the session and keeps its digests for the next request, unless another one has taken the session over.
     */
    private void release() {
        if (!ended && lease.isHeld()) {
            seen.ifPresent(digester -> store.keepDigester(id, digester));
            lease.close();
        }
    }

    /**
     * Restores the file to its size at the begin of the request, because its content is unknown after a failed write or
     * force. Does nothing if another request has taken over, or if the storage does not answer: the truncation would
     * come too late then, and the file has only bytes of this upload, in their places.
     */
    private RegistryException rollBack(IOException e) {
        RegistryException fault = Storage.toRegistryException(e);
        if (e instanceof NfsUnavailableException) {
            return fault;
        }
        try {
            if (lease.isHeld()) {
                truncate(sizeWhenOpened);
            }
        } catch (RegistryException again) {
            fault.addSuppressed(again);
        }
        return fault;
    }

    private void closeData() {
        Storage.runFile(data::close);
    }

    private ContentDigester reread(Digest.Algorithm algorithm) throws IOException {
        ContentDigester digester = new ContentDigester(algorithm);
        ByteBuffer buffer = ByteBuffer.allocate(READ_BUFFER);
        while (data.read(buffer, digester.length()) > 0) {
            digester.update(buffer.array(), buffer.position());
            buffer.clear();
            lease.renew();
        }
        return digester;
    }
}
