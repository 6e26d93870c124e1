package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.Setting;
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
        @ConfigProperty(name = "registry.auth.policy") Optional<String> policy,

        @ConfigProperty(name = "registry.auth.passwords") @Setting(unit = "file", help = "An htpasswd file.")
        Optional<String> passwords,

        @ConfigProperty(name = "registry.auth.certificate-name", defaultValue = "CN")
        @Setting(
                help = "The attribute of a client certificate's subject that is the user's name. `subject` "
                        + "takes the whole subject.")
        String certificateName,

        @ConfigProperty(name = "registry.auth.certificate-header")
        @Setting(
                unit = "name of a header",
                otherwise = "none; at the load balancer `Client-Cert`",
                help = "The header in which trusted proxies pass on client certificates, in one of these forms: "
                        + "as in RFC 9440, PEM, percent-encoded PEM, base64. `wildfly-config/lb.cli` reads this "
                        + "key too.")
        Optional<String> certificateHeader,

        @ConfigProperty(name = "registry.auth.challenges")
        @Setting(
                oneOf = {AuthConfig.BASIC, AuthConfig.BEARER},
                otherwise = "bearer",
                help = "What the registry asks for in a 401: `basic`, `bearer`, or both.")
        Optional<List<String>> challenges,

        @ConfigProperty(name = "registry.auth.realm")
        @Setting(
                unit = "URL",
                otherwise = "`/auth/token` at the host that the client used",
                help = "The URL to which a 401 sends clients for a token.")
        Optional<URI> realm) {
    static final String BASIC = "basic";
    static final String BEARER = "bearer";
    static final String SUBJECT = "subject";

    @Inject
    public AuthConfig {
        PolicyConfig.requireFor(
                policy,
                passwords.isPresent() || certificateHeader.isPresent() || realm.isPresent() || challenges.isPresent());
        if (realm.isPresent() && (realm.get().getHost() == null || realm.get().getScheme() == null)) {
            throw new IllegalArgumentException("registry.auth.realm is no absolute URL: " + realm.get());
        }
    }

    /** The challenges that clients get. */
    List<String> effectiveChallenges() {
        return challenges.orElse(List.of(BEARER));
    }
}
