package org.fedoraproject.registry.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How busy an instance was in one minute.
 *
 * @param minute since the epoch
 * @param pulls manifests that were pulled
 * @param pushes manifests that were pushed
 * @param served blobs that this registry sent itself
 * @param redirected blobs that the CDN sent
 * @param micros that the share took for a small operation
 * @param used bytes on the share
 */
record Load(long minute, long pulls, long pushes, long served, long redirected, long micros, long used) {
    private static final Pattern LINE = Pattern.compile("[0-9]{1,18}( [0-9]{1,18}){6}");

    static String text(Iterable<Load> all) {
        List<String> lines = new ArrayList<>();
        all.forEach(each -> lines.add(each.line()));
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private String line() {
        return minute + " " + pulls + " " + pushes + " " + served + " " + redirected + " " + micros + " " + used;
    }

    /** Skips lines that are not whole. */
    static List<Load> parse(String text) {
        return text.lines().flatMap(line -> parseLine(line).stream()).toList();
    }

    private static Optional<Load> parseLine(String line) {
        if (!LINE.matcher(line).matches()) {
            return Optional.empty();
        }
        String[] words = line.split(" ");
        long[] of = new long[words.length];
        for (int i = 0; i < of.length; i++) {
            of[i] = Long.parseLong(words[i]);
        }
        return Optional.of(new Load(of[0], of[1], of[2], of[3], of[4], of[5], of[6]));
    }
}
