package org.fedoraproject.registry.cdn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

/** CloudFront's signed URL with a canned policy: {@code ?Expires=…&Signature=…&Key-Pair-Id=…}, RSA over SHA-1. */
final class CloudFrontSigner implements UrlSigner {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private final String keyPairId;
    private final PrivateKey key;

    /**
     * Reads the private key of a key pair.
     *
     * @param pem the private key in PKCS #8, unencrypted
     * @throws IllegalArgumentException if it is not such a key
     */
    CloudFrontSigner(String keyPairId, String pem) {
        this.keyPairId = keyPairId;
        if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) {
            throw new IllegalArgumentException(
                    "not a PKCS #8 PEM private key (openssl pkcs8 -topk8 -nocrypt makes one)");
        }
        String base64 = pem.substring(BEGIN.length(), pem.length() - END.length());
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            this.key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an RSA private key", e);
        }
    }

    @Override
    public String sign(String base, String path, Instant expires) {
        String url = base + path;
        long expiry = expires.getEpochSecond();
        String policy = "{\"Statement\":[{\"Resource\":\"" + url
                + "\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":" + expiry + "}}}]}";
        return url + "?Expires=" + expiry + "&Signature=" + signature(policy) + "&Key-Pair-Id=" + keyPairId;
    }

    private String signature(String policy) {
        try {
            Signature signature = Signature.getInstance("SHA1withRSA"); // CloudFront requires it
            signature.initSign(key);
            signature.update(policy.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder()
                    .encodeToString(signature.sign())
                    .replace('+', '-')
                    .replace('=', '_')
                    .replace('/', '~');
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an RSA key signs", e);
        }
    }
}
