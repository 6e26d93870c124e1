package org.fedoraproject.registry.cdn;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.SecretFile;
import org.fedoraproject.registry.config.Setting;

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
        @Setting(
                oneOf = {"none", "cdn77", "cloudfront"},
                help = "How URLs are signed.")
        String scheme,

        @ConfigProperty(name = "registry.cdn.signing-key-file")
        @Setting(unit = "file", help = "The file with CDN77's key, or with CloudFront's RSA key as PKCS #8 PEM.")
        Optional<String> keyFile,

        @ConfigProperty(name = "registry.cdn.signing-key-id") @Setting(help = "CloudFront's key pair id.")
        Optional<String> keyId,

        @ConfigProperty(name = "registry.cdn.signing-lifetime", defaultValue = "PT1H")
        @Setting(above = "PT0S", help = "How long a signed URL is valid.")
        Duration lifetime) {
    private static final String KEY_FILE = "registry.cdn.signing-key-file";

    @Inject
    public SigningConfig {}

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
