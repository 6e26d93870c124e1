package org.fedoraproject.registry.quota;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.config.Statements;
import org.fedoraproject.registry.policy.Glob;
import org.fedoraproject.registry.quota.Rule.Each;

/**
 * Reads rule files.
 *
 * <pre>
 * quota REPOSITORIES bytes SIZE [each [NAMESPACE]]
 * quota REPOSITORIES tags NUMBER [each [NAMESPACE]]
 * quota REPOSITORIES repositories NUMBER [each NAMESPACE]
 * </pre>
 */
final class RuleReader {
    private static final String STATEMENT = "quota REPOSITORIES bytes SIZE, quota REPOSITORIES tags NUMBER, or quota"
            + " REPOSITORIES repositories NUMBER, and each or each NAMESPACE after it";

    /** Each push asks all of them whether they are about its repository. */
    private static final int MAX_RULES = 10_000;

    private RuleReader() {}

    /** @throws IllegalArgumentException naming the line and its error */
    static Rules read(String text) {
        Map<Long, Rule> rules = new LinkedHashMap<>();
        Statements.read(text, (line, words) -> add(rule(line, words), rules));
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("there is no quota");
        }
        return new Rules(List.copyOf(rules.values()));
    }

    private static void add(Rule rule, Map<Long, Rule> rules) {
        Rule same = rules.putIfAbsent(rule.id(), rule);
        if (same != null) {
            throw new IllegalArgumentException("limits the same as line " + same.line());
        }
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("more than " + MAX_RULES + " quotas");
        }
    }

    private static Rule rule(int line, List<String> words) {
        if (!words.getFirst().equals("quota")) {
            throw new IllegalArgumentException("a line begins with quota, not with " + words.getFirst());
        }
        if (words.size() < 4) {
            throw new IllegalArgumentException(STATEMENT);
        }
        Kind kind = kind(words.get(2));
        Glob repositories = Glob.ofRepositories(words.get(1));
        long limit = Amounts.parse(kind, words.get(3));
        Optional<Each> each = each(kind, words.subList(4, words.size()));
        return Rule.of(line, String.join(" ", words), kind, repositories, each, limit);
    }

    private static Kind kind(String word) {
        for (Kind kind : Kind.values()) {
            if (kind.toString().equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("not bytes, tags or repositories: " + word);
    }

    private static Optional<Each> each(Kind kind, List<String> words) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        if (!words.getFirst().equals("each") || words.size() > 2) {
            throw new IllegalArgumentException(STATEMENT);
        }
        if (words.size() == 2) {
            return Optional.of(namespace(words.get(1)));
        }
        if (kind == Kind.REPOSITORIES) {
            throw new IllegalArgumentException("each needs a NAMESPACE here, such as each users/*");
        }
        return Optional.of(new Each.Repository());
    }

    private static Each namespace(String word) {
        if (word.contains("**")) {
            throw new IllegalArgumentException("a NAMESPACE has no **: " + word);
        }
        return new Each.Namespace(Glob.ofRepositories(word), word.split("/").length);
    }
}
