package org.fedoraproject.registry.config;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what somebody meant who misspelt a name. */
final class SimilarNames {
    private SimilarNames() {}

    /** The name that the fewest edits make of this one; empty where it takes more than an edit for every six characters. */
    static Optional<String> closest(String name, Stream<String> names) {
        record Candidate(String name, int edits) {}
        return names.map(each -> new Candidate(each, edits(name, each)))
                .filter(candidate -> candidate.edits() <= name.length() / 6)
                .min(Comparator.comparingInt(Candidate::edits).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    /** How many characters have to be put in, left out or replaced (Levenshtein's distance). */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[row.length - 1];
    }
}
