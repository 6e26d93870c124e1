package org.fedoraproject.registry.auth;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The configuration as it is by default, to be changed by tests before it is made. */
final class AuthSettings {
    String policy;
    String passwords;
    String certificateName = "CN";
    String certificateHeader;
    List<String> challenges;
    String realm;

    AuthConfig config() {
        return new AuthConfig(
                Optional.ofNullable(policy),
                Optional.ofNullable(passwords),
                certificateName,
                Optional.ofNullable(certificateHeader),
                Optional.ofNullable(challenges),
                Optional.ofNullable(realm).map(URI::create));
    }
}
