package org.fedoraproject.registry.quota;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which counts there are.
 *
 * @param announced the one that has begun last
 * @param published the one that has ended last; a smaller number while one runs, or if that was given up
 */
record Epochs(long announced, long published) {
    static final Epochs NONE = new Epochs(0, 0);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18}) ([0-9]{1,18})");

    /** None if the text is missing or broken; counts begin anew then. */
    static Epochs parse(Optional<String> text) {
        Matcher numbers = TEXT.matcher(text.orElse(""));
        return numbers.matches()
                ? new Epochs(Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)))
                : NONE;
    }

    /** Numbers grow even if the file was lost. */
    Epochs next(Count last, Instant now) {
        long number = Math.max(Math.max(announced, last.epoch()) + 1, now.toEpochMilli());
        return new Epochs(number, last.epoch());
    }

    Epochs ended() {
        return new Epochs(announced, announced);
    }

    @Override
    public String toString() {
        return announced + " " + published;
    }
}
