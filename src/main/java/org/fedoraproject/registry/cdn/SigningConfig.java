package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.SecretFile;

/**
 * Configuration of the signing of the CDN's URLs.
 *
 * @param scheme {@code none}, {@code cdn77} or {@code cloudfront}
 * @param keyFile CDN77's key, or CloudFront's private key as PKCS #8 PEM
 * @param keyId CloudFront's key pair id
 * @param lifetime how long a URL is valid; a client must begin its download within this time
 */
public record SigningConfig(
        @ConfigProperty(name = "registry.cdn.signing", defaultValue = "none")
        String scheme,

        @ConfigProperty(name = "registry.cdn.signing-key-file")
        Optional<String> keyFile,

        @ConfigProperty(name = "registry.cdn.signing-key-id")
        Optional<String> keyId,

        @ConfigProperty(name = "registry.cdn.signing-lifetime", defaultValue = "PT1H")
        Duration lifetime) {
    private static final String KEY_FILE = "registry.cdn.signing-key-file";

    @Inject
    public SigningConfig {
        if (lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("registry.cdn.signing-lifetime is not above zero: " + lifetime);
        }
    }

    /**
     * The signer; empty if URLs are not signed.
     *
     * @throws IllegalArgumentException naming the key that is wrong
     */
    Optional<UrlSigner> signer() {
        return switch (scheme) {
            case "none" -> Optional.empty();
            case "cdn77" -> Optional.of(new Cdn77Signer(SecretFile.read(KEY_FILE, keyFile)));
            case "cloudfront" -> Optional.of(cloudFront());
            default ->
                throw new IllegalArgumentException("registry.cdn.signing is none, cdn77 or cloudfront, not " + scheme);
        };
    }

    private UrlSigner cloudFront() {
        String id = keyId.orElseThrow(() -> new IllegalArgumentException("registry.cdn.signing-key-id is needed"));
        try {
            return new CloudFrontSigner(id, SecretFile.read(KEY_FILE, keyFile));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(KEY_FILE + ": " + e.getMessage(), e);
        }
    }
}
