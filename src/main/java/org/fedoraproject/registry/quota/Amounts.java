package org.fedoraproject.registry.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as people write and read them. */
final class Amounts {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([kKMGTP]i?B)?");
    private static final Map<String, Long> UNITS = new LinkedHashMap<>();

    static {
        String[] decimal = {"kB", "MB", "GB", "TB", "PB"};
        String[] binary = {"KiB", "MiB", "GiB", "TiB", "PiB"};
        for (int i = 0; i < decimal.length; i++) {
            UNITS.put(decimal[i], BigDecimal.TEN.pow(3 * (i + 1)).longValueExact());
            UNITS.put(binary[i], 1L << 10 * (i + 1));
        }
    }

    private Amounts() {}

    /** @throws IllegalArgumentException for anything but a size in bytes, with or without a unit */
    static long parse(Kind kind, String text) {
        return kind == Kind.BYTES ? size(text) : number(kind, text);
    }

    private static long number(Kind kind, String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("not a number of " + kind + ": " + text);
        }
        return Long.parseLong(text);
    }

    private static long size(String text) {
        Matcher size = SIZE.matcher(text);
        Long unit = size.matches() ? size.group(2) == null ? Long.valueOf(1) : UNITS.get(size.group(2)) : null;
        if (unit != null) {
            try {
                return Math.multiplyExact(Long.parseLong(size.group(1)), unit);
            } catch (ArithmeticException e) {
                // refused below
            }
        }
        throw new IllegalArgumentException("not a size: " + text
                + " (500GB is 500000000000 bytes, 500GiB is 536870912000; a whole number, with kB, MB, GB, TB, PB, KiB,"
                + " MiB, GiB, TiB, PiB or nothing after it)");
    }

    /** For people: {@code 1.5 GB}, {@code 3 tags}. */
    static String words(Kind kind, long amount) {
        if (kind != Kind.BYTES) {
            String one = kind == Kind.TAGS ? "tag" : "repository";
            return amount + " " + (amount == 1 ? one : kind.toString());
        }
        String words = amount + " bytes";
        for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
            boolean decimal = !unit.getKey().contains("i");
            if (decimal && amount >= unit.getValue()) {
                BigDecimal rounded = BigDecimal.valueOf(amount)
                        .divide(BigDecimal.valueOf(unit.getValue()), 1, RoundingMode.HALF_UP)
                        .stripTrailingZeros();
                words = rounded.toPlainString() + " " + unit.getKey();
            }
        }
        return words;
    }
}
