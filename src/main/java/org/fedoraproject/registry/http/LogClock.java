package org.fedoraproject.registry.http;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;

/** The time as logs have it, with milliseconds and offset. Formats each second only once. */
final class LogClock {
    private static final DateTimeFormatter BEFORE_MILLIS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.");
    private static final DateTimeFormatter AFTER_MILLIS = DateTimeFormatter.ofPattern("XXX");
    private static final int DIGITS = 1000;

    private final Clock clock;
    private volatile Second last = new Second(Long.MIN_VALUE, "", "");

    private record Second(long number, String before, String after) {}

    LogClock(Clock clock) {
        this.clock = clock;
    }

    static LogClock system() {
        return new LogClock(Clock.system(ZoneId.systemDefault()));
    }

    /** For example {@code 2026-11-29T00:47:54.613Z}. */
    String now() {
        Instant now = clock.instant();
        Second second = last;
        if (second.number() != now.getEpochSecond()) {
            ZonedDateTime time = now.atZone(clock.getZone());
            second = new Second(now.getEpochSecond(), BEFORE_MILLIS.format(time), AFTER_MILLIS.format(time));
            last = second;
        }
        int millis = now.get(ChronoField.MILLI_OF_SECOND);
        return second.before() + Integer.toString(DIGITS + millis).substring(1) + second.after();
    }
}
