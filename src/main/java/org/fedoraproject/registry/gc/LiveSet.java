package org.fedoraproject.registry.gc;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.store.RunFiles;
import org.fedoraproject.registry.store.RunFiles.Growing;
import org.jboss.logging.Logger;

/** The blobs that some manifest needs; kept on the share too, so that an interrupted collection can go on. */
final class LiveSet {
    private static final Logger LOG = Logger.getLogger(LiveSet.class);
    private static final int BUFFER = 64 * 1024;

    private final DigestSet digests = new DigestSet();
    private final RunFiles files;
    private final ByteBuffer pending = ByteBuffer.allocate(BUFFER);
    private final CRC32C sum = new CRC32C();
    private long saved;
    private boolean incomplete;

    /**
     * What is saved.
     *
     * @param length in bytes
     * @param sum CRC32C of these, so that a collection is not continued with a part of what is needed
     */
    record Saved(long length, long sum) {}

    static final Saved NOTHING = new Saved(0, new CRC32C().getValue());

    LiveSet(RunFiles files) {
        this.files = files;
    }

    /** Loads what was saved; empty if it is not there as it was. */
    static Optional<LiveSet> load(RunFiles files, Saved expected) {
        LiveSet loaded = new LiveSet(files);
        files.read(Growing.LIVE, expected.length(), loaded::take);
        return Optional.of(loaded).filter(live -> live.saved().equals(expected));
    }

    private void take(ByteBuffer part) {
        saved += part.remaining();
        sum.update(part.duplicate());
        while (part.remaining() >= 2 * Long.BYTES) {
            digests.add(part.getLong(), part.getLong());
        }
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

    /**
     * Saves what is new; durable on return.
     *
     * @return all that is saved; empty if something could not be saved, as on a full share, so that a later collection
     *     cannot go on from here
     */
    Optional<Saved> save() {
        if (!incomplete && pending.position() > 0) {
            pending.flip();
            ByteBuffer added = pending.duplicate();
            try {
                files.append(Growing.LIVE, saved, pending);
                saved += added.remaining();
                sum.update(added);
            } catch (RegistryException e) {
                LOG.warnf("If this collection is interrupted, the next one repeats a part of it: %s", e.getMessage());
                incomplete = true;
            }
        }
        pending.clear();
        return incomplete ? Optional.empty() : Optional.of(saved());
    }

    private Saved saved() {
        return new Saved(saved, sum.getValue());
    }
}
