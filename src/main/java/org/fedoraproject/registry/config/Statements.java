package org.fedoraproject.registry.config;

import java.util.Arrays;
import java.util.List;

/**
 * Reads files for administrators: one statement per line, words separated by blanks, comments from {@code #} to the end
 * of the line.
 */
public final class Statements {
    private Statements() {}

    /** Takes a statement. */
    public interface Reader {
        /**
         * @param line its number in the file
         * @param words at least one
         * @throws IllegalArgumentException with its error
         */
        void read(int line, List<String> words);
    }

    /** @throws IllegalArgumentException naming the line and its error */
    public static void read(String text, Reader reader) {
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String statement = lines[i].replaceFirst("#.*", "").strip();
            try {
                if (!statement.isEmpty()) {
                    reader.read(i + 1, Arrays.asList(statement.split("\\s+")));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
    }
}
