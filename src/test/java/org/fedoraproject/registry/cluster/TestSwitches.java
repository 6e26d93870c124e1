package org.fedoraproject.registry.cluster;

import java.util.Optional;

/** Switches of a single instance, configured by system properties only. */
public final class TestSwitches {
    private TestSwitches() {}

    public static Switches make() {
        return new Switches(
                new Cluster(Optional.empty()),
                new LogLevel(),
                () -> configured(Switch.READ_ONLY, "false"),
                () -> configured(Switch.REDIRECT, "true"),
                () -> configured(Switch.LOG_LEVEL, ""));
    }

    private static Optional<String> configured(Switch of, String otherwise) {
        return Optional.of(System.getProperty(of.key(), otherwise));
    }
}
