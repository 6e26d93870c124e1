package org.fedoraproject.registry.auth;

import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The configuration as it is by default, to be changed by tests before it is made. */
final class AuthSettings {
    /** A share that is always well. */
    static final TokenKeys.Share SHARE = (directory, look) -> {
        Files.createDirectories(directory.path());
        look.run();
    };

    String root = "/srv/registry";
    String policy;
    String passwords;
    String certificateName = "CN";
    String certificateHeader;
    List<String> challenges;
    String service = "registry";
    String realm;
    String tokenKeys;
    Duration tokenLifetime = Duration.ofMinutes(5);
    Duration refreshLifetime = Duration.ofDays(30);
    Duration keyRotation = Duration.ofDays(7);
    String issuer;
    String issuerKeys;
    Duration clockSkew = Duration.ofSeconds(30);
    int maxFailures = 20;
    Duration failureWindow = Duration.ofMinutes(1);

    AuthConfig config() {
        return new AuthConfig(
                root,
                Optional.ofNullable(policy),
                Optional.ofNullable(passwords),
                certificateName,
                Optional.ofNullable(certificateHeader),
                Optional.ofNullable(challenges),
                service,
                Optional.ofNullable(realm).map(URI::create),
                Optional.ofNullable(tokenKeys),
                tokenLifetime,
                refreshLifetime,
                keyRotation,
                Optional.ofNullable(issuer),
                Optional.ofNullable(issuerKeys),
                clockSkew,
                maxFailures,
                failureWindow);
    }
}
