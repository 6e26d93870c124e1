package org.fedoraproject.registry.token;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.policy.PolicyConfig;

/**
 * Configures tokens: ours, and those of another issuer.
 *
 * @param policy tokens are issued if there is one
 * @param root of the tree, where the registry's own keys are by default
 * @param service the audience of tokens, and the issuer of ours
 * @param keys the directory of the keys that sign our tokens, shared by all instances; by default one on the share
 * @param lifetime of a token that we issue
 * @param refreshLifetime of a refresh token
 * @param keyRotation how long each of our keys signs
 * @param issuer whose tokens are accepted besides our own
 * @param issuerKeys its keys: a file or a URL, with a JWK set or PEM
 * @param clockSkew by which the clocks of issuers may differ from ours
 */
public record TokenConfig(
        PolicyConfig policy,
        @ConfigProperty(name = "registry.nfs.root") String root,

        @ConfigProperty(name = "registry.auth.service", defaultValue = "registry")
        String service,

        @ConfigProperty(name = "registry.auth.token-keys") Optional<String> keys,

        @ConfigProperty(name = "registry.auth.token-lifetime", defaultValue = "PT5M")
        Duration lifetime,

        @ConfigProperty(name = "registry.auth.refresh-lifetime", defaultValue = "P30D")
        Duration refreshLifetime,

        @ConfigProperty(name = "registry.auth.key-rotation", defaultValue = "P7D")
        Duration keyRotation,

        @ConfigProperty(name = "registry.auth.issuer") Optional<String> issuer,
        @ConfigProperty(name = "registry.auth.issuer-keys") Optional<String> issuerKeys,

        @ConfigProperty(name = "registry.auth.clock-skew", defaultValue = "PT30S")
        Duration clockSkew) {
    @Inject
    public TokenConfig {
        policy.requireFor(keys.isPresent() || issuer.isPresent());
        if (issuer.isPresent() != issuerKeys.isPresent()) {
            throw new IllegalArgumentException(
                    "registry.auth.issuer and registry.auth.issuer-keys are given together, or not at all");
        }
        if (service.isEmpty() || !service.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\')) {
            throw new IllegalArgumentException("registry.auth.service is of visible ASCII without quotes: " + service);
        }
        requirePositive("registry.auth.token-lifetime", lifetime);
        requirePositive("registry.auth.refresh-lifetime", refreshLifetime);
        requirePositive("registry.auth.key-rotation", keyRotation);
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException("registry.auth.clock-skew is negative: " + clockSkew);
        }
    }

    private static void requirePositive(String key, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(key + " is not above zero: " + duration);
        }
    }
}
