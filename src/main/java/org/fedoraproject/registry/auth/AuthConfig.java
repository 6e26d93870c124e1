package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.policy.PolicyConfig;

/**
 * Configures how callers are authenticated.
 *
 * @param policy callers are authenticated if there is one
 * @param passwords an htpasswd file
 * @param certificateName the attribute of a client certificate's subject with the user's name; {@value #SUBJECT} for
 *     the whole subject in the form of RFC 2253
 * @param certificateHeader in which trusted proxies pass on the client's certificate
 * @param challenges {@value #BASIC} or {@value #BEARER} or both, in the order in which clients get them; by default
 *     {@value #BEARER}
 * @param realm where clients get tokens; by default our own endpoint, under the host of the request
 */
public record AuthConfig(
        PolicyConfig policy,
        @ConfigProperty(name = "registry.auth.passwords") Optional<String> passwords,

        @ConfigProperty(name = "registry.auth.certificate-name", defaultValue = "CN")
        String certificateName,

        @ConfigProperty(name = "registry.auth.certificate-header")
        Optional<String> certificateHeader,

        @ConfigProperty(name = "registry.auth.challenges") Optional<List<String>> challenges,
        @ConfigProperty(name = "registry.auth.realm") Optional<URI> realm) {
    static final String BASIC = "basic";
    static final String BEARER = "bearer";
    static final String SUBJECT = "subject";

    @Inject
    public AuthConfig {
        policy.requireFor(
                passwords.isPresent() || certificateHeader.isPresent() || realm.isPresent() || challenges.isPresent());
        for (String challenge : challenges.orElse(List.of())) {
            if (!Set.of(BASIC, BEARER).contains(challenge)) {
                throw new IllegalArgumentException(
                        "registry.auth.challenges is of " + BASIC + " and " + BEARER + ", not " + challenge);
            }
        }
        if (realm.isPresent() && (realm.get().getHost() == null || realm.get().getScheme() == null)) {
            throw new IllegalArgumentException("registry.auth.realm is no absolute URL: " + realm.get());
        }
    }

    /** The challenges that clients get. */
    List<String> effectiveChallenges() {
        return challenges.orElse(List.of(BEARER));
    }
}
