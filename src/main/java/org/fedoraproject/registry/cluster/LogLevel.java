package org.fedoraproject.registry.cluster;

import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The level of what the registry logs, beneath what the server's logging says. */
@Singleton
public class LogLevel {
    /** Of all our classes; kept, for levels of loggers that nobody keeps are forgotten. */
    private static final Logger OURS = Logger.getLogger("org.fedoraproject.registry");

    /**
     * From now on.
     *
     * @param level such as {@code DEBUG} or {@code INFO}; empty for the server's own choice. What is none changes nothing, and is
     *     logged.
     */
    void set(String level) {
        try {
            OURS.setLevel(level.isBlank() ? null : Level.parse(level.strip().toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            OURS.warning("Not a log level: " + level);
        }
    }
}
