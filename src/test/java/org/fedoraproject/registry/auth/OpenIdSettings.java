package org.fedoraproject.registry.auth;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The configuration with a provider and as it is by default, to be changed by tests before it is made. */
final class OpenIdSettings {
    String policy = "policy";
    String issuer;
    String client = "registry";
    String secretFile;
    String scope = "openid profile";
    String userClaim = "sub";
    String groupsClaim;
    String button;
    Duration timeout = Duration.ofSeconds(30);

    OpenIdConfig config() {
        return new OpenIdConfig(
                Optional.ofNullable(policy),
                Optional.ofNullable(issuer).map(URI::create),
                Optional.ofNullable(client),
                Optional.ofNullable(secretFile),
                scope,
                userClaim,
                Optional.ofNullable(groupsClaim),
                Optional.ofNullable(button),
                timeout,
                Duration.ofSeconds(30));
    }
}
