package org.fedoraproject.registry.store;

import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;

/**
 * Computes the digests of an upload while it is received: always sha256, under which it is stored, and the algorithm of
 * the client's digest. Counts the bytes, so that the caller can tell whether it still matches the file.
 */
final class ContentDigester {
    private final Map<Digest.Algorithm, MessageDigest> digests = new EnumMap<>(Digest.Algorithm.class);
    private long length;

    ContentDigester(Digest.Algorithm wanted) {
        digests.put(Digest.Algorithm.SHA256, Digest.Algorithm.SHA256.messageDigest());
        digests.computeIfAbsent(wanted, Digest.Algorithm::messageDigest);
    }

    void update(byte[] content, int count) {
        for (MessageDigest digest : digests.values()) {
            digest.update(content, 0, count);
        }
        length += count;
    }

    /** The number of bytes so far. */
    long length() {
        return length;
    }

    /** The digest of the bytes so far; empty if this algorithm is not computed. More bytes may follow. */
    Optional<Digest> digest(Digest.Algorithm algorithm) {
        MessageDigest digest = digests.get(algorithm);
        if (digest == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.ofHash(algorithm, ((MessageDigest) digest.clone()).digest()));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own " + algorithm + " can be cloned", e);
        }
    }
}
