package org.fedoraproject.registry.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.fedoraproject.registry.nfs.NfsFile;
import org.fedoraproject.registry.oci.Digest;

/**
 * The digest of the bytes that a file has.
 *
 * @param size how many bytes were read
 */
record FileDigest(Digest digest, long size) {
    private static final int BUFFER = 256 * 1024;

    /**
     * Reads a whole file.
     *
     * @param goOn called with the number of bytes after each part; false ends the reading
     * @return empty if there is no such file, or {@code goOn} has ended it
     */
    static Optional<FileDigest> compute(Storage storage, Path path, Digest.Algorithm algorithm, IntPredicate goOn) {
        Optional<NfsFile> file = storage.use(connection -> connection.open(path));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        return Storage.useFile(() -> {
            try (NfsFile data = file.get()) {
                MessageDigest computed = algorithm.messageDigest();
                ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
                long size = 0;
                while (data.read(buffer, size) > 0) {
                    int count = buffer.flip().remaining();
                    size += count;
                    computed.update(buffer);
                    buffer.clear();
                    if (!goOn.test(count)) {
                        return Optional.empty();
                    }
                }
                return Optional.of(new FileDigest(Digest.ofHash(algorithm, computed.digest()), size));
            }
        });
    }
}
