package org.fedoraproject.registry.cluster;

import java.util.Optional;
import org.fedoraproject.registry.config.StrictBoolean;

/** A setting that operators change while the registry runs, by the configuration key of its name. */
public enum Switch {
    /** Refuses every write; off by default. */
    READ_ONLY(Key.READ_ONLY),

    /** Redirects GETs of blobs to the CDN, if there is one; on by default. */
    REDIRECT(Key.REDIRECT),

    /** The level of the registry's own log; by default the server's logging configuration decides. */
    LOG_LEVEL(Key.LOG_LEVEL);

    /** The keys as constants, for annotations. */
    static final class Key {
        static final String READ_ONLY = "registry.read-only";
        static final String REDIRECT = "registry.cdn.redirect";
        static final String LOG_LEVEL = "registry.log.level";

        private Key() {}
    }

    private final String key;

    Switch(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }

    /** What is wrong with a position, naming the key; empty if it is valid. */
    Optional<String> refusal(String position) {
        if (this == LOG_LEVEL) {
            return LogLevel.isValid(position) ? Optional.empty() : Optional.of(key + " is no log level: " + position);
        }
        return StrictBoolean.isValid(position) ? Optional.empty() : Optional.of(StrictBoolean.refusal(key, position));
    }
}
