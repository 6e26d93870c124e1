package org.fedoraproject.registry.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedoraproject.registry.config.Statements;

/**
 * Reads policy files.
 *
 * <pre>
 * base open|challenge                               whether /v2/ tells clients where to get a token; default: challenge
 * group NAME USER...                                may be given several times
 * rule REPOSITORIES SUBJECT ACTION...               pull push delete, all, or none
 * rule @registry SUBJECT ACTION...                  catalog operate, all (without operate), or none
 * immutable REPOSITORIES TAGS...
 * children REPOSITORIES PLATFORM...                 os/architecture or os/architecture/variant, all, or none
 * </pre>
 */
final class PolicyReader {
    private static final String REGISTRY = "@registry";

    private Optional<Boolean> challengesAtBase = Optional.empty();
    private final Map<String, Set<String>> groups = new HashMap<>();
    private final Set<String> groupsUsed = new LinkedHashSet<>();
    private final List<Policy.Rule> rules = new ArrayList<>();
    private final List<Policy.Immutable> immutables = new ArrayList<>();
    private final List<RequiredChildren> children = new ArrayList<>();

    private PolicyReader() {}

    /** @throws IllegalArgumentException naming the line and its error */
    static Policy read(String text) {
        PolicyReader reader = new PolicyReader();
        Statements.read(text, (line, words) -> reader.statement(words));
        reader.groupsUsed.removeAll(reader.groups.keySet());
        if (!reader.groupsUsed.isEmpty()) {
            throw new IllegalArgumentException("rules name groups that are not there: " + reader.groupsUsed);
        }
        if (reader.rules.isEmpty()) {
            throw new IllegalArgumentException("there is no rule");
        }
        return new Policy(
                reader.challengesAtBase.orElse(true), reader.groups, reader.rules, reader.immutables, reader.children);
    }

    private void statement(List<String> words) {
        switch (words.getFirst()) {
            case "base" -> base(words);
            case "group" -> group(words);
            case "rule" -> rule(words);
            case "immutable" -> immutable(words);
            case "children" -> children(words);
            default ->
                throw new IllegalArgumentException(
                        "a line begins with base, group, rule, immutable or children, not with " + words.getFirst());
        }
    }

    private void base(List<String> words) {
        if (words.size() != 2 || !Set.of("open", "challenge").contains(words.get(1)) || challengesAtBase.isPresent()) {
            throw new IllegalArgumentException("base open, or base challenge, once");
        }
        challengesAtBase = Optional.of(words.get(1).equals("challenge"));
    }

    private void group(List<String> words) {
        if (words.size() < 2) {
            throw new IllegalArgumentException("group NAME USER...");
        }
        groups.computeIfAbsent(words.get(1), name -> new HashSet<>()).addAll(words.subList(2, words.size()));
    }

    private void rule(List<String> words) {
        if (words.size() < 4) {
            throw new IllegalArgumentException("rule REPOSITORIES SUBJECT ACTION...");
        }
        boolean ofRegistry = words.get(1).equals(REGISTRY);
        Optional<Glob> repositories = ofRegistry ? Optional.empty() : Optional.of(Glob.ofRepositories(words.get(1)));
        Grantee subject = Grantee.parse(words.get(2));
        if (subject.kind() == Grantee.Kind.GROUP) {
            groupsUsed.add(subject.name());
        }
        rules.add(new Policy.Rule(repositories, subject, actions(words.subList(3, words.size()), !ofRegistry)));
    }

    private static Set<Action> actions(List<String> words, boolean ofRepository) {
        Set<Action> possible = EnumSet.noneOf(Action.class);
        for (Action action : Action.values()) {
            if (action.ofRepository() == ofRepository) {
                possible.add(action);
            }
        }
        if (words.equals(List.of("all"))) {
            possible.remove(Action.OPERATE); // policies from before it must not grant it
            return possible;
        }
        Set<Action> actions = EnumSet.noneOf(Action.class);
        if (words.equals(List.of("none"))) {
            return actions;
        }
        for (String word : words) {
            Action action = possible.stream()
                    .filter(each -> each.toString().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("not an action here: " + word + " ("
                            + possible.toString().toLowerCase(Locale.ROOT) + "; all or none alone)"));
            actions.add(action);
        }
        return actions;
    }

    private void immutable(List<String> words) {
        if (words.size() < 3) {
            throw new IllegalArgumentException("immutable REPOSITORIES TAGS...");
        }
        Glob repositories = Glob.ofRepositories(words.get(1));
        words.subList(2, words.size())
                .forEach(tags -> immutables.add(new Policy.Immutable(repositories, Glob.ofTags(tags))));
    }

    private void children(List<String> words) {
        if (words.size() < 3) {
            throw new IllegalArgumentException("children REPOSITORIES all, none, or PLATFORM...");
        }
        Glob repositories = Glob.ofRepositories(words.get(1));
        if (children.stream().anyMatch(each -> each.repositories().text().equals(repositories.text()))) {
            throw new IllegalArgumentException("children of " + repositories.text() + " a second time");
        }
        children.add(RequiredChildren.parse(repositories, words.subList(2, words.size())));
    }
}
