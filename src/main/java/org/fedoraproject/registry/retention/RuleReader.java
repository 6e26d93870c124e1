package org.fedoraproject.registry.retention;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.config.Statements;
import org.fedoraproject.registry.policy.Glob;

/**
 * Reads rule files.
 *
 * <pre>
 * keep REPOSITORIES TAGS newest NUMBER
 * keep REPOSITORIES TAGS younger-than DURATION
 * keep REPOSITORIES TAGS always
 * delete REPOSITORIES TAGS older-than DURATION
 * </pre>
 */
final class RuleReader {
    private static final String KEEP = "keep REPOSITORIES TAGS newest NUMBER,"
            + " keep REPOSITORIES TAGS younger-than DURATION, or keep REPOSITORIES TAGS always";
    private static final String DELETE = "delete REPOSITORIES TAGS older-than DURATION";

    /** The newest tags of a repository are on the heap during a run. */
    private static final int MAX_NEWEST = 10_000;

    private static final Duration MAX_AGE = Duration.ofDays(36_500);

    private RuleReader() {}

    /** @throws IllegalArgumentException naming the line and its error */
    static Rules read(String text) {
        List<Rule> rules = new ArrayList<>();
        Statements.read(text, (line, words) -> rules.add(rule(line, words)));
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("there is no rule");
        }
        return new Rules(rules);
    }

    private static Rule rule(int line, List<String> words) {
        Rule.Effect effect = effect(words);
        Glob repositories = Glob.ofRepositories(words.get(1));
        return new Rule(line, String.join(" ", words), repositories, Glob.ofTags(words.get(2)), effect);
    }

    private static Rule.Effect effect(List<String> words) {
        return switch (words.getFirst()) {
            case "keep" -> keep(words);
            case "delete" -> delete(words);
            default ->
                throw new IllegalArgumentException("a line begins with keep or delete, not with " + words.getFirst());
        };
    }

    private static Rule.Effect keep(List<String> words) {
        String what = words.size() > 3 ? words.get(3) : "";
        if (what.equals("always") && words.size() == 4) {
            return new Rule.Effect.KeepAlways();
        }
        if (what.equals("newest") && words.size() == 5) {
            return new Rule.Effect.KeepNewest(number(words.get(4)));
        }
        if (what.equals("younger-than") && words.size() == 5) {
            return new Rule.Effect.KeepYounger(duration(words.get(4)));
        }
        throw new IllegalArgumentException(KEEP);
    }

    private static Rule.Effect delete(List<String> words) {
        if (words.size() != 5 || !words.get(3).equals("older-than")) {
            throw new IllegalArgumentException(DELETE);
        }
        return new Rule.Effect.DeleteOlder(duration(words.get(4)));
    }

    private static int number(String word) {
        boolean digits = word.length() < 10 && word.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = digits ? Integer.parseInt(word) : 0;
        if (number < 1 || number > MAX_NEWEST) {
            throw new IllegalArgumentException("not a number of tags from 1 to " + MAX_NEWEST + ": " + word);
        }
        return number;
    }

    private static Duration duration(String word) {
        try {
            Duration duration = Duration.parse(word);
            if (duration.isPositive() && duration.compareTo(MAX_AGE) <= 0) {
                return duration;
            }
        } catch (DateTimeException e) {
            // refused below
        }
        throw new IllegalArgumentException("not a duration: " + word + " (P30D is 30 days, PT12H is 12 hours;"
                + " there are no months and years; above zero, and at most P" + MAX_AGE.toDays() + "D)");
    }
}
