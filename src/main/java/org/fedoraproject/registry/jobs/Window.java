package org.fedoraproject.registry.jobs;

import java.time.LocalTime;
import java.time.format.DateTimeParseException;

/** A time of the day, which may go over midnight; equal times are the whole day. */
record Window(LocalTime from, LocalTime to) {
    /** The end of a sentence for administrators. */
    static final String HELP = ", such as `22:00-05:00`, in the time zone of the host. The default is the whole day.";

    /**
     * Parses {@code 22:00-05:30}.
     *
     * @throws IllegalArgumentException naming the key
     */
    static Window parse(String key, String text) {
        String[] times = text.strip().split("-", -1);
        try {
            if (times.length == 2) {
                return new Window(LocalTime.parse(times[0]), LocalTime.parse(times[1]));
            }
        } catch (DateTimeParseException e) {
            // named below
        }
        throw new IllegalArgumentException(key + " is no time of the day such as 22:00-05:30: " + text);
    }

    boolean contains(LocalTime time) {
        if (from.equals(to)) {
            return true;
        }
        boolean after = !time.isBefore(from);
        boolean before = time.isBefore(to);
        return from.isBefore(to) ? after && before : after || before;
    }
}
