package org.fedoraproject.registry.cluster;

import java.util.Optional;

/** Switches of a single instance, configured by system properties only. */
public final class TestSwitches {
    private TestSwitches() {}

    public static Switches make() {
        return make(cluster());
    }

    /** Of a single instance. */
    public static Cluster cluster() {
        return new Cluster(Optional.empty());
    }

    static Switches make(Cluster cluster) {
        return new Switches(
                cluster,
                new LogLevel(),
                () -> configured(Switch.READ_ONLY, "false"),
                () -> configured(Switch.REDIRECT, "true"),
                () -> configured(Switch.LOG_LEVEL, ""));
    }

    private static Optional<String> configured(Switch of, String otherwise) {
        return Optional.of(System.getProperty(of.key(), otherwise));
    }
}
