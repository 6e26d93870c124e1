package org.fedoraproject.registry.auth;

import java.util.Optional;
import org.fedoraproject.registry.policy.Caller;

/** What has identified a caller. */
public enum Credential {
    PASSWORD,
    CERTIFICATE,
    TOKEN;

    /** Empty for an anonymous caller. */
    static Optional<Credential> of(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous anonymous -> Optional.empty();
            case Caller.User user -> Optional.of(PASSWORD);
            case Caller.Federated federated -> Optional.empty(); // only in the console, by a session
            case Caller.Certified certified -> Optional.of(CERTIFICATE);
            case Caller.Token token -> Optional.of(TOKEN);
        };
    }
}
