package org.fedoraproject.registry.testing;

import java.util.Map;

/** Options for the JVM of each server that a test starts. */
public final class ServerOptions {
    /**
     * Most of these servers live for seconds. The optimizing compiler would take two fifths of a start's processor time, and what it
     * makes would hardly run.
     */
    private static final String NO_OPTIMIZING_COMPILER = "-XX:TieredStopAtLevel=1";

    private ServerOptions() {}

    /** @param more is added, such as {@code -Dregistry.some.key=value} */
    public static String with(String more) {
        return (NO_OPTIMIZING_COMPILER + " " + more).strip();
    }

    /** Adds them to the environment of {@code ops/serve} and {@code ops/cluster}, before those that are there. */
    public static void addTo(Map<String, String> environment) {
        environment.put("JAVA_OPTS", with(environment.getOrDefault("JAVA_OPTS", "")));
    }
}
