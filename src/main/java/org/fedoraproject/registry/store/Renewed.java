package org.fedoraproject.registry.store;

import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** The time of a file that its holder renews as long as it lives. */
final class Renewed {
    private Renewed() {}

    /**
     * Whether the holder may still live. A time that lies in the future was set by a clock that was wrong then, and not
     * lately.
     *
     * @param lease a holder that lives renews the file more often
     * @param now by the server's clock
     */
    static boolean isWithin(FileTime renewed, Duration lease, Instant now) {
        return Duration.between(renewed.toInstant(), now).abs().compareTo(lease) <= 0;
    }
}
