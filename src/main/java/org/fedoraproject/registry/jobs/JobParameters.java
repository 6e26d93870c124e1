package org.fedoraproject.registry.jobs;

import java.util.Map;
import java.util.Set;
import org.fedoraproject.registry.config.StrictBoolean;

/** The parameters that a job was started with. Each mistake is an {@code IllegalArgumentException} with its name. */
record JobParameters(Map<String, String> values) {
    static final String DRY_RUN = "dry-run";
    static final String BYTES_PER_SECOND = "bytes-per-second";

    /** A restart adds parameters of its own. */
    private static final String SERVERS = "jberet.";

    /** Refuses all others. */
    JobParameters only(Set<String> known) {
        values.keySet().stream()
                .filter(name -> !known.contains(name) && !name.startsWith(SERVERS))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(name + " is no parameter of this job");
                });
        return this;
    }

    boolean dryRun() {
        String value = values.getOrDefault(DRY_RUN, "false");
        if (!StrictBoolean.isValid(value)) {
            throw new IllegalArgumentException(StrictBoolean.refusal(DRY_RUN, value));
        }
        return Boolean.parseBoolean(value);
    }

    long bytesPerSecond(long otherwise) {
        String value = values.get(BYTES_PER_SECOND);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException(BYTES_PER_SECOND + " is no whole number above 0 that fits: " + value);
        }
        return Long.parseLong(value);
    }
}
