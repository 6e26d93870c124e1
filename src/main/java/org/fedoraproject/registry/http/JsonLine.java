package org.fedoraproject.registry.http;

import java.util.HexFormat;

/** A line of JSON, written as Jakarta JSON Processing writes it, but without a document in memory. */
final class JsonLine {
    private static final HexFormat HEX = HexFormat.of();

    private final StringBuilder line = new StringBuilder(512);

    JsonLine(String begin) {
        line.append(begin);
    }

    /** Appends what is JSON already. */
    JsonLine fixed(String json) {
        line.append(json);
        return this;
    }

    JsonLine number(long value) {
        line.append(value);
        return this;
    }

    /**
     * Appends a string with quotes and escapes, so that it cannot end the string or the line.
     *
     * @param value {@code null} for JSON's null
     */
    JsonLine string(String value) {
        if (value == null) {
            return fixed("null");
        }
        line.append('"');
        int done = 0;
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character < ' ' || character == '"' || character == '\\') {
                line.append(value, done, i).append('\\');
                escape(character);
                done = i + 1;
            }
        }
        line.append(value, done, value.length()).append('"');
        return this;
    }

    private void escape(char character) {
        switch (character) {
            case '\b' -> line.append('b');
            case '\f' -> line.append('f');
            case '\n' -> line.append('n');
            case '\r' -> line.append('r');
            case '\t' -> line.append('t');
            case '"', '\\' -> line.append(character);
            default -> line.append('u').append(HEX.toHexDigits(character));
        }
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
