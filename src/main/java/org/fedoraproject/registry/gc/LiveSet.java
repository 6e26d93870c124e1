package org.fedoraproject.registry.gc;

import java.nio.ByteBuffer;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.store.CollectionFiles;
import org.fedoraproject.registry.store.CollectionFiles.Growing;

/** The blobs that some manifest needs; kept on the share too, so that an interrupted collection can go on. */
final class LiveSet {
    private static final int BUFFER = 64 * 1024;

    private final DigestSet digests = new DigestSet();
    private final CollectionFiles files;
    private final ByteBuffer pending = ByteBuffer.allocate(BUFFER);
    private long saved;

    LiveSet(CollectionFiles files) {
        this.files = files;
    }

    void add(Digest digest) {
        if (digests.add(digest)) {
            if (pending.remaining() < 2 * Long.BYTES) {
                save();
            }
            pending.putLong(DigestSet.high(digest)).putLong(DigestSet.low(digest));
        }
    }

    boolean contains(Digest digest) {
        return digests.contains(digest);
    }

    long size() {
        return digests.size();
    }

    /** Saves what is new; durable on return. Returns how many bytes are saved. */
    long save() {
        if (pending.position() > 0) {
            pending.flip();
            int length = pending.remaining();
            files.append(Growing.LIVE, saved, pending);
            saved += length;
            pending.clear();
        }
        return saved;
    }

    /** Loads what was saved. */
    void load(long length) {
        files.read(Growing.LIVE, length, part -> {
            while (part.remaining() >= 2 * Long.BYTES) {
                digests.add(part.getLong(), part.getLong());
            }
        });
        saved = length;
    }
}
