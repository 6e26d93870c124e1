package org.fedoraproject.registry.cdn;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;

/** CDN77's secure token of the type "parameter": {@code ?secure=<token>,<expiry>}, a hash of expiry, path and key. */
final class Cdn77Signer implements UrlSigner {
    private final String key;

    Cdn77Signer(String key) {
        this.key = key;
    }

    @Override
    public String sign(String base, String path, Instant expires) {
        long expiry = expires.getEpochSecond();
        byte[] token = md5().digest((expiry + path + key).getBytes(StandardCharsets.UTF_8));
        return base + path + "?secure=" + Base64.getUrlEncoder().encodeToString(token) + "," + expiry;
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5"); // CDN77 requires it
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
