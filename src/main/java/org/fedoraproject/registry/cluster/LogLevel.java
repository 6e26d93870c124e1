package org.fedoraproject.registry.cluster;

import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The log level of the registry's own classes, below the server's logging configuration. */
@Singleton
public class LogLevel {
    /** The parent of all our loggers. It is referenced here, because an unreferenced logger loses its level. */
    private static final Logger OURS = Logger.getLogger("org.fedoraproject.registry");

    /** Whether this is a level that can be {@link #set}. */
    static boolean isValid(String level) {
        try {
            parse(level);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Sets the level from now on.
     *
     * @param level such as {@code DEBUG} or {@code INFO}; empty for the server's own level
     */
    void set(String level) {
        OURS.setLevel(parse(level).orElse(null));
    }

    private static Optional<Level> parse(String level) {
        return level.isBlank()
                ? Optional.empty()
                : Optional.of(Level.parse(level.strip().toUpperCase(Locale.ROOT)));
    }
}
