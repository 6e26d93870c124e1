package org.fedoraproject.registry.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest, {@code <algorithm>:<hex>} (OCI Image Specification, "Digests"): the name of a blob or manifest.
 *
 * @param hex lower-case digits, as many as the algorithm has
 */
public record Digest(Algorithm algorithm, String hex) implements Reference {

    /** The registered algorithms that this registry supports. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String wire;
        private final String jdk;
        private final int hexLength;

        Algorithm(String wire, String jdk, int hexLength) {
            this.wire = wire;
            this.jdk = jdk;
            this.hexLength = hexLength;
        }

        public static Algorithm parse(String text) {
            for (Algorithm algorithm : values()) {
                if (algorithm.wire.equals(text)) {
                    return algorithm;
                }
            }
            throw RegistryException.of(
                    ErrorCode.DIGEST_INVALID,
                    "unsupported algorithm in \"" + text + "\"; sha256 and sha512 are supported");
        }

        public MessageDigest messageDigest() {
            try {
                return MessageDigest.getInstance(jdk);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has " + jdk, e);
            }
        }

        @Override
        public String toString() {
            return wire;
        }
    }

    public Digest {
        if (hex.length() != algorithm.hexLength || !isLowerHex(hex)) {
            throw RegistryException.of(
                    ErrorCode.DIGEST_INVALID,
                    algorithm + " has " + algorithm.hexLength + " lower-case hex digits, not \"" + hex + "\"");
        }
    }

    /** @throws RegistryException {@code DIGEST_INVALID} */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw RegistryException.of(ErrorCode.DIGEST_INVALID, "not a digest: \"" + text + "\"");
        }
        return new Digest(Algorithm.parse(text.substring(0, colon)), text.substring(colon + 1));
    }

    /** The sha256 digest of the content; docker-distribution's tree stores content under it. */
    public static Digest of(byte[] content) {
        return of(Algorithm.SHA256, content);
    }

    public static Digest of(Algorithm algorithm, byte[] content) {
        return ofHash(algorithm, algorithm.messageDigest().digest(content));
    }

    /** The digest with the raw bytes that {@link MessageDigest#digest()} returned. */
    public static Digest ofHash(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    private static boolean isLowerHex(String hex) {
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
