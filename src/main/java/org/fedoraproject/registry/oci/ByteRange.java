package org.fedoraproject.registry.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bytes {@code first} to {@code last}, both inclusive, counted from 0. Undertow has a parser too, but only for the files
 * that it serves itself, and none for the {@code Content-Range} of uploads.
 */
public record ByteRange(long first, long last) {
    /** The most ranges of one request; one with more gets the whole content (RFC 9110, 14.2 and 17.15). */
    private static final int MAX_RANGES = 16;

    private static final String UNIT = "bytes=";

    public ByteRange {
        if (first < 0 || last < first) {
            throw RegistryException.of(ErrorCode.RANGE_INVALID, "not a range: " + first + "-" + last);
        }
    }

    public long length() {
        return last - first + 1;
    }

    /**
     * Parses a {@code Range} header for content of {@code size} bytes (RFC 9110, 14.1.2).
     *
     * @return the satisfiable ranges in the order requested; empty if the header is malformed or has another unit, and
     *     must be ignored
     * @throws RegistryException {@code RANGE_INVALID} with {@code Content-Range} if no range is satisfiable
     */
    public static List<ByteRange> parse(String header, long size) {
        if (!header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return List.of();
        }
        String[] specs = header.substring(UNIT.length()).split(",", MAX_RANGES + 1);
        if (specs.length > MAX_RANGES) {
            return List.of();
        }
        List<ByteRange> ranges = new ArrayList<>();
        for (String spec : specs) {
            Optional<long[]> bounds = bounds(spec.strip());
            if (bounds.isEmpty()) {
                return List.of();
            }
            satisfiable(bounds.get(), size).ifPresent(ranges::add);
        }
        if (ranges.isEmpty()) {
            throw RegistryException.of(
                            ErrorCode.RANGE_INVALID,
                            "\"" + header + "\" is not satisfiable for content of " + size + " bytes")
                    .withHeader("Content-Range", "bytes */" + size);
        }
        return ranges;
    }

    /**
     * Parses the {@code Content-Range} of an upload's chunk, {@code <start>-<end>} (spec, "Pushing a blob in chunks").
     * Also accepts the form of RFC 9110, {@code bytes <start>-<end>/<size>}, and the form of a {@code Range} header.
     *
     * @throws RegistryException {@code RANGE_INVALID}
     */
    public static ByteRange parseContentRange(String header) {
        String text = header.strip();
        if (text.startsWith("bytes ") || text.startsWith(UNIT)) {
            int slash = text.indexOf('/');
            text = text.substring("bytes ".length(), slash < 0 ? text.length() : slash)
                    .strip();
        }
        int dash = text.indexOf('-');
        long first = dash < 0 ? -1 : number(text.substring(0, dash));
        long last = dash < 0 ? -1 : number(text.substring(dash + 1));
        if (first < 0 || last < first) {
            throw RegistryException.of(
                    ErrorCode.RANGE_INVALID, "Content-Range is <start>-<end>, not \"" + header + "\"");
        }
        return new ByteRange(first, last);
    }

    /** Returns {first, last}, with -1 for a missing bound; empty if the range is malformed. */
    private static Optional<long[]> bounds(String spec) {
        int dash = spec.indexOf('-');
        if (dash < 0 || spec.length() == 1) {
            return Optional.empty();
        }
        long first = dash == 0 ? -1 : number(spec.substring(0, dash));
        long last = dash == spec.length() - 1 ? -1 : number(spec.substring(dash + 1));
        boolean malformed = dash > 0 && first < 0 || dash < spec.length() - 1 && last < 0;
        boolean backwards = first >= 0 && last >= 0 && last < first;
        return malformed || backwards ? Optional.empty() : Optional.of(new long[] {first, last});
    }

    private static Optional<ByteRange> satisfiable(long[] bounds, long size) {
        long first = bounds[0] >= 0 ? bounds[0] : Math.max(0, size - bounds[1]);
        long last = bounds[0] >= 0 && bounds[1] >= 0 ? Math.min(bounds[1], size - 1) : size - 1;
        return first >= size ? Optional.empty() : Optional.of(new ByteRange(first, last));
    }

    /** Returns -1 if the text is not a number or is above 2^63 - 1. */
    private static long number(String digits) {
        if (digits.isEmpty()) {
            return -1;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return -1;
            }
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
