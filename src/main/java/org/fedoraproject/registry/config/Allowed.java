package org.fedoraproject.registry.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The values that a key may have.
 *
 * @param type of a value, or of each element of a list
 */
record Allowed(Class<?> type, boolean isList, Setting setting) {
    /** What is wrong with a text that cannot be converted to the type. */
    String refusalOfText(String text) {
        String expected = isBoolean()
                ? "neither true nor false"
                : "no "
                        + (isNumber()
                                ? "whole number that fits"
                                : type == Duration.class ? "duration such as PT30S" : kind());
        return "is " + expected + ": " + text;
    }

    /** What is wrong with a value or an element; empty if it is allowed. */
    Optional<String> refusal(Object value) {
        List<String> only = List.of(setting.oneOf());
        if (!only.isEmpty() && !only.contains(value.toString())) {
            return Optional.of("is " + oneOf("", " or ") + ", not " + value);
        }
        if (isBeyond(setting.above(), bound -> compare(value, bound) <= 0)) {
            return Optional.of("is not above " + setting.above() + ": " + value);
        }
        if (isBeyond(setting.min(), bound -> compare(value, bound) < 0)) {
            return Optional.of("is below " + setting.min() + ": " + value);
        }
        if (isBeyond(setting.max(), bound -> compare(value, bound) > 0)) {
            return Optional.of("is above " + setting.max() + ": " + value);
        }
        return Optional.empty();
    }

    private static boolean isBeyond(String bound, Predicate<String> test) {
        return !bound.isEmpty() && test.test(bound);
    }

    private static int compare(Object value, String bound) {
        return value instanceof Duration duration
                ? duration.compareTo(Duration.parse(bound))
                : Long.compare(((Number) value).longValue(), Long.parseLong(bound));
    }

    /** In words and Markdown, such as "bytes, from `1` to `4194304`". */
    String words() {
        if (setting.oneOf().length > 0) {
            return isList ? "list of " + oneOf("`", " and ") : oneOf("`", " or ");
        }
        return (isList ? "list of " : "") + (setting.unit().isEmpty() ? kind() : setting.unit()) + bounds();
    }

    private String bounds() {
        String least = setting.min();
        String most = setting.max();
        if (!setting.above().isEmpty()) {
            return ", above `" + setting.above() + "`" + (most.isEmpty() ? "" : ", at most `" + most + "`");
        }
        if (!least.isEmpty() && !most.isEmpty()) {
            return ", from `" + least + "` to `" + most + "`";
        }
        // That nothing is below zero needs no telling
        boolean isZero = least.equals("0") || least.equals("PT0S");
        return !least.isEmpty() && !isZero
                ? ", at least `" + least + "`"
                : !most.isEmpty() ? ", at most `" + most + "`" : "";
    }

    private String oneOf(String quote, String conjunction) {
        List<String> values = List.of(setting.oneOf());
        String last = quote + values.getLast() + quote;
        return values.stream()
                        .limit(values.size() - 1L)
                        .map(value -> quote + value + quote)
                        .collect(Collectors.joining(", "))
                + conjunction
                + last;
    }

    boolean isBoolean() {
        return type == boolean.class || type == Boolean.class;
    }

    private boolean isNumber() {
        return type == int.class || type == long.class;
    }

    private String kind() {
        if (isBoolean()) {
            return "`true` or `false`";
        }
        if (type == Duration.class) {
            return "duration";
        }
        return isNumber() ? "number" : type == URI.class ? "URI" : type == Path.class ? "path" : "text";
    }
}
