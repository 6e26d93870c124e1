package org.fedoraproject.registry.token;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;
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
 * @param session how long a person stays signed in
 * @param keyRotation how long each of our keys signs
 * @param issuer whose tokens are accepted besides our own
 * @param issuerKeys its keys: a file or a URL, with a JWK set or PEM
 * @param clockSkew by which the clocks of issuers may differ from ours
 */
public record TokenConfig(
        @ConfigProperty(name = "registry.auth.policy") Optional<String> policy,
        @ConfigProperty(name = "registry.nfs.root") String root,

        @ConfigProperty(name = "registry.auth.service", defaultValue = "registry")
        @Setting(
                help = "The name of the service for which tokens are valid (their audience). It is also the "
                        + "issuer of the registry's own tokens.")
        String service,

        @ConfigProperty(name = "registry.auth.token-keys")
        @Setting(
                unit = "directory",
                otherwise = "`.auth/token-keys` below the root",
                help = "The directory of the keys that sign the registry's tokens. It must be the same for all "
                        + "instances. If this key is set, the directory must exist.")
        Optional<String> keys,

        @ConfigProperty(name = "registry.auth.token-lifetime", defaultValue = "PT5M")
        @Setting(above = "PT0S", help = "How long a token is valid.")
        Duration lifetime,

        @ConfigProperty(name = "registry.auth.refresh-lifetime", defaultValue = "P30D")
        @Setting(
                above = "PT0S",
                help = "How long a refresh token is valid. It becomes invalid earlier if its user's password "
                        + "changes.")
        Duration refreshLifetime,

        @ConfigProperty(name = "registry.console.session", defaultValue = "PT8H")
        @Setting(
                above = "PT0S",
                max = "P30D",
                help = "How long a person stays signed in to the console at `/console/`. The session ends earlier if "
                        + "the password changes.")
        Duration session,

        @ConfigProperty(name = "registry.auth.key-rotation", defaultValue = "P7D")
        @Setting(
                above = "PT0S",
                help = "How long a key signs new tokens. Afterwards it is kept for as long as tokens that it "
                        + "signed are valid.")
        Duration keyRotation,

        @ConfigProperty(name = "registry.auth.issuer") @Setting(help = "Another issuer whose tokens are accepted.")
        Optional<String> issuer,

        @ConfigProperty(name = "registry.auth.issuer-keys")
        @Setting(unit = "file or https URL", help = "The keys of that issuer.")
        Optional<String> issuerKeys,

        @ConfigProperty(name = "registry.auth.clock-skew", defaultValue = "PT30S")
        @Setting(
                min = "PT0S",
                help = "How far that issuer's clock, and that of the console's OpenID provider, may differ from the "
                        + "server's.")
        Duration clockSkew) {
    @Inject
    public TokenConfig {
        PolicyConfig.requireFor(policy, keys.isPresent() || issuer.isPresent());
        if (issuer.isPresent() != issuerKeys.isPresent()) {
            throw new IllegalArgumentException(
                    "registry.auth.issuer and registry.auth.issuer-keys are given together, or not at all");
        }
        if (service.isEmpty() || !service.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\')) {
            throw new IllegalArgumentException("registry.auth.service is of visible ASCII without quotes: " + service);
        }
    }
}
