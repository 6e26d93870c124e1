package org.fedoraproject.registry.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times as pages show them. The script of the pages shows them in the zone of the reader as well. */
public final class Times {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** What a browser reads as a time. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private static final int MONTH = 30;
    private static final int YEAR = 365;

    private Times() {}

    /** For the attribute {@code datetime}. */
    public static String machine(Instant time) {
        return bounded(time).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** For example {@code 2025-01-02 03:04 UTC}. */
    public static String utc(Instant time) {
        return UTC.format(bounded(time));
    }

    /** For example {@code 3 days ago}. */
    public static String age(Instant time, Instant now) {
        Duration age = Duration.between(time, now);
        if (age.compareTo(Duration.ofMinutes(-5)) < 0) {
            return "in the future";
        }
        if (age.toMinutes() < 1) {
            return "just now";
        }
        if (age.toHours() < 1) {
            return ago(age.toMinutes(), "minute");
        }
        long days = age.toDays();
        if (days < 1) {
            return ago(age.toHours(), "hour");
        }
        if (days < 2 * MONTH) {
            return ago(days, "day");
        }
        return days < 2 * YEAR ? ago(days / MONTH, "month") : ago(days / YEAR, "year");
    }

    private static String ago(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s") + " ago";
    }

    private static Instant bounded(Instant time) {
        Instant notBefore = time.isBefore(FIRST) ? FIRST : time;
        return notBefore.isAfter(LAST) ? LAST : notBefore;
    }
}
