package org.fedoraproject.registry.store;

import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;

/**
 * Computes the digests of an upload while its bytes pass by: always sha256, under which it is stored, and the algorithm that
 * the client means to name. Knows how many bytes it has seen, so that it can be told whether it still fits the file.
 */
final class ContentDigester {
    private final Map<Digest.Algorithm, MessageDigest> digests = new EnumMap<>(Digest.Algorithm.class);
    private long length;

    ContentDigester(Digest.Algorithm named) {
        digests.put(Digest.Algorithm.SHA256, Digest.Algorithm.SHA256.messageDigest());
        digests.computeIfAbsent(named, Digest.Algorithm::messageDigest);
    }

    void update(byte[] content, int count) {
        for (MessageDigest digest : digests.values()) {
            digest.update(content, 0, count);
        }
        length += count;
    }

    /** Bytes seen. */
    long length() {
        return length;
    }

    /** The digest of the bytes seen; empty where the algorithm was not computed. More bytes may follow. */
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
