package org.fedoraproject.registry.cluster;

import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The level of what the registry logs, beneath what the server's logging says. */
@Singleton
public class LogLevel {
    /** Of all our classes; kept, for levels of loggers that nobody keeps are forgotten. */
    private static final Logger OURS = Logger.getLogger("org.fedoraproject.registry");

    /** Whether it can be {@link #set}. */
    static boolean is(String level) {
        try {
            parse(level);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * From now on.
     *
     * @param level such as {@code DEBUG} or {@code INFO}; empty for the server's own choice
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
