package org.fedoraproject.registry.policy;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A pattern for names: {@code *} matches any characters but a slash, {@code **} any characters.
 *
 * @param text as it was written
 * @param pattern the same for the JDK
 */
public record Glob(String text, Pattern pattern) {
    /**
     * The more specific first: without wildcards, then with more before the first one, then with more in all, then
     * without {@code **}.
     */
    static final Comparator<Glob> MOST_SPECIFIC = Comparator.comparing(Glob::hasWildcard)
            .thenComparing(Glob::literalStart, Comparator.reverseOrder())
            .thenComparing(Glob::literals, Comparator.reverseOrder())
            .thenComparing(glob -> glob.text().contains("**"));

    private static final Pattern WILDCARDS = Pattern.compile("\\*{1,2}");
    private static final Pattern REPOSITORIES = Pattern.compile("[a-z0-9._/*-]+");
    private static final Pattern TAGS = Pattern.compile("[A-Za-z0-9._*-]+");

    /** @throws IllegalArgumentException if it can match no repository's name */
    public static Glob ofRepositories(String text) {
        if (text.startsWith("/") || text.endsWith("/") || text.contains("//")) {
            throw new IllegalArgumentException("not a pattern of repositories: " + text);
        }
        return of(REPOSITORIES, "repositories", text);
    }

    /** @throws IllegalArgumentException if it can match no tag */
    public static Glob ofTags(String text) {
        return of(TAGS, "tags", text);
    }

    private static Glob of(Pattern characters, String what, String text) {
        if (!characters.matcher(text).matches() || text.contains("***")) {
            throw new IllegalArgumentException("not a pattern of " + what + ": " + text);
        }
        StringBuilder regex = new StringBuilder();
        var wildcard = WILDCARDS.matcher(text);
        int from = 0;
        while (wildcard.find()) {
            regex.append(Pattern.quote(text.substring(from, wildcard.start())));
            regex.append(wildcard.group().length() == 2 ? ".*" : "[^/]*");
            from = wildcard.end();
        }
        regex.append(Pattern.quote(text.substring(from)));
        return new Glob(text, Pattern.compile(regex.toString()));
    }

    /** Patterns of the JDK are equal only to themselves. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Glob glob && glob.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    public boolean matches(String name) {
        return pattern.matcher(name).matches();
    }

    private boolean hasWildcard() {
        return text.indexOf('*') >= 0;
    }

    private int literalStart() {
        int star = text.indexOf('*');
        return star < 0 ? text.length() : star;
    }

    private long literals() {
        return text.chars().filter(c -> c != '*').count();
    }
}
