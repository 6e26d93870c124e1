package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;

/** Stores blobs that come from another registry or tree. */
@Singleton
public final class BlobRepair {
    private static final int BUFFER = 256 * 1024;

    private final Storage storage;
    private final BlobStore blobs;

    @Inject
    BlobRepair(Storage storage, BlobStore blobs) {
        this.storage = storage;
        this.blobs = blobs;
    }

    /**
     * Stores a blob as the commit of an upload does, if the bytes have its digest: whole, durably, and beside pushes of
     * the same. Otherwise, nothing stays.
     *
     * @param limit the most bytes that are taken
     * @param goOn called with the number of bytes after each part; false ends the reading
     * @return false if {@code goOn} has ended it
     * @throws NoCopyException if the source sends other or too many bytes
     * @throws IOException if the source fails
     * @throws org.fedoraproject.registry.oci.RegistryException of the storage
     */
    public boolean store(Digest digest, InputStream source, long limit, IntPredicate goOn) throws IOException {
        Path draft = storage.use(connection -> connection.newDraft());
        try {
            NfsFile file = storage.use(connection ->
                    connection.openForWriting(draft).orElseThrow(() -> new NoSuchFileException(draft.toString())));
            OptionalLong size = receive(file, digest, source, limit, goOn);
            if (size.isPresent()) {
                blobs.adopt(draft, digest, size.getAsLong());
            }
            return size.isPresent();
        } finally {
            storage.run(connection -> connection.discard(draft));
        }
    }

    /** Closes the file. */
    private static OptionalLong receive(NfsFile file, Digest digest, InputStream source, long limit, IntPredicate goOn)
            throws IOException {
        OptionalLong size;
        try {
            size = copy(file, digest, source, limit, goOn);
        } catch (IOException | RuntimeException e) {
            Storage.runFile(file::close);
            throw e;
        }
        Storage.runFile(() -> {
            try (file) {
                if (size.isPresent()) {
                    file.force();
                }
            }
        });
        return size;
    }

    private static OptionalLong copy(NfsFile file, Digest digest, InputStream source, long limit, IntPredicate goOn)
            throws IOException {
        MessageDigest computed = digest.algorithm().messageDigest();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        int count;
        while ((count = source.read(buffer)) >= 0) {
            if (count > limit - size) {
                throw new NoCopyException("it sends more than " + limit + " bytes");
            }
            computed.update(buffer, 0, count);
            write(file, ByteBuffer.wrap(buffer, 0, count), size);
            size += count;
            if (!goOn.test(count)) {
                return OptionalLong.empty();
            }
        }
        Digest found = Digest.ofHash(digest.algorithm(), computed.digest());
        if (!found.equals(digest)) {
            throw new NoCopyException("it sends " + size + " bytes with the digest " + found);
        }
        return OptionalLong.of(size);
    }

    private static void write(NfsFile file, ByteBuffer bytes, long position) {
        Storage.runFile(() -> file.write(bytes, position));
    }
}
