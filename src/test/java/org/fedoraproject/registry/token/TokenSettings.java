package org.fedoraproject.registry.token;

import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.fedoraproject.registry.limit.LimitSettings;

/** The configuration of tokens as it is by default, to be changed by tests before it is made. */
public final class TokenSettings {
    /** A share that is always well. */
    static final TokenKeys.Share SHARE = (directory, refresh) -> {
        Files.createDirectories(directory.path());
        refresh.run();
    };

    public String policy;
    String root = "/srv/registry";
    public String service = "registry";
    public String keys;
    Duration lifetime = Duration.ofMinutes(5);
    Duration refreshLifetime = Duration.ofDays(30);
    Duration session = Duration.ofHours(8);
    Duration keyRotation = Duration.ofDays(7);
    public String issuer;
    public String issuerKeys;
    Duration clockSkew = Duration.ofSeconds(30);

    public TokenConfig config() {
        return new TokenConfig(
                Optional.ofNullable(policy),
                root,
                service,
                Optional.ofNullable(keys),
                lifetime,
                refreshLifetime,
                session,
                keyRotation,
                Optional.ofNullable(issuer),
                Optional.ofNullable(issuerKeys),
                clockSkew);
    }

    /** Tokens with these settings, on a share that is always well. */
    public Tokens tokens() {
        TokenConfig config = config();
        return new Tokens(
                config,
                new LimitSettings().config(),
                new TokenKeys(config, SHARE, Clock.systemUTC()),
                new IssuerKeys(config));
    }
}
