package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Configures authentication and the policy.
 *
 * @param root of the tree, where the registry's own keys are by default
 * @param policy the policy file; without one everybody may do everything, and no other setting here may be given
 * @param passwords an htpasswd file
 * @param certificateName the attribute of a client certificate's subject with the user's name; {@value #SUBJECT} for
 *     the whole subject in the form of RFC 2253
 * @param certificateHeader in which trusted proxies pass on the client's certificate
 * @param challenges {@value #BASIC} or {@value #BEARER} or both, in the order in which clients get them; by default
 *     {@value #BEARER}
 * @param service the audience of tokens
 * @param realm where clients get tokens; by default our own endpoint, under the host of the request
 * @param tokenKeys the directory of the keys that sign our tokens, shared by all instances; by default one on the share
 * @param issuer whose tokens are accepted besides our own
 * @param issuerKeys its keys: a file or a URL, with a JWK set or PEM
 * @param maxFailures failed logins of an address, or for a user, before further ones are refused for a while
 */
public record AuthConfig(
        @ConfigProperty(name = "registry.nfs.root") String root,
        @ConfigProperty(name = "registry.auth.policy") Optional<String> policy,
        @ConfigProperty(name = "registry.auth.passwords") Optional<String> passwords,

        @ConfigProperty(name = "registry.auth.certificate-name", defaultValue = "CN")
        String certificateName,

        @ConfigProperty(name = "registry.auth.certificate-header")
        Optional<String> certificateHeader,

        @ConfigProperty(name = "registry.auth.challenges") Optional<List<String>> challenges,

        @ConfigProperty(name = "registry.auth.service", defaultValue = "registry")
        String service,

        @ConfigProperty(name = "registry.auth.realm") Optional<URI> realm,
        @ConfigProperty(name = "registry.auth.token-keys") Optional<String> tokenKeys,

        @ConfigProperty(name = "registry.auth.token-lifetime", defaultValue = "PT5M")
        Duration tokenLifetime,

        @ConfigProperty(name = "registry.auth.refresh-lifetime", defaultValue = "P30D")
        Duration refreshLifetime,

        @ConfigProperty(name = "registry.auth.key-rotation", defaultValue = "P7D")
        Duration keyRotation,

        @ConfigProperty(name = "registry.auth.issuer") Optional<String> issuer,
        @ConfigProperty(name = "registry.auth.issuer-keys") Optional<String> issuerKeys,

        @ConfigProperty(name = "registry.auth.clock-skew", defaultValue = "PT30S")
        Duration clockSkew,

        @ConfigProperty(name = "registry.auth.max-failures", defaultValue = "20")
        int maxFailures,

        @ConfigProperty(name = "registry.auth.failure-window", defaultValue = "PT1M")
        Duration failureWindow) {
    static final String BASIC = "basic";
    static final String BEARER = "bearer";
    static final String SUBJECT = "subject";

    @Inject
    public AuthConfig {
        boolean anything = passwords.isPresent()
                || certificateHeader.isPresent()
                || tokenKeys.isPresent()
                || issuer.isPresent()
                || realm.isPresent()
                || challenges.isPresent();
        if (policy.isEmpty() && anything) {
            throw new IllegalArgumentException("registry.auth.policy is needed, or what else is given for"
                    + " registry.auth keeps nobody from anything");
        }
        if (issuer.isPresent() != issuerKeys.isPresent()) {
            throw new IllegalArgumentException(
                    "registry.auth.issuer and registry.auth.issuer-keys are given together, or not at all");
        }
        for (String challenge : challenges.orElse(List.of())) {
            if (!Set.of(BASIC, BEARER).contains(challenge)) {
                throw new IllegalArgumentException(
                        "registry.auth.challenges is of " + BASIC + " and " + BEARER + ", not " + challenge);
            }
        }
        if (service.isEmpty() || !service.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\')) {
            throw new IllegalArgumentException("registry.auth.service is of visible ASCII without quotes: " + service);
        }
        if (realm.isPresent() && (realm.get().getHost() == null || realm.get().getScheme() == null)) {
            throw new IllegalArgumentException("registry.auth.realm is no absolute URL: " + realm.get());
        }
        requirePositive("registry.auth.token-lifetime", tokenLifetime);
        requirePositive("registry.auth.refresh-lifetime", refreshLifetime);
        requirePositive("registry.auth.key-rotation", keyRotation);
        requirePositive("registry.auth.failure-window", failureWindow);
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException("registry.auth.clock-skew is negative: " + clockSkew);
        }
        if (maxFailures < 1) {
            throw new IllegalArgumentException("registry.auth.max-failures is below 1: " + maxFailures);
        }
    }

    /** The challenges that clients get. */
    List<String> effectiveChallenges() {
        return challenges.orElse(List.of(BEARER));
    }

    private static void requirePositive(String key, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(key + " is not above zero: " + duration);
        }
    }
}
