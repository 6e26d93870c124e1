package org.fedoraproject.registry.policy;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Descriptor;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/**
 * Decides who may do what. The most specific rule that matches applies, by its repositories first and its subject
 * second. Without one, nothing is allowed.
 */
public final class Policy {
    /** {@code repositories} is empty in rules about the registry as a whole. */
    record Rule(Optional<Glob> repositories, Grantee subject, Set<Action> actions) {
        boolean isAbout(RepositoryName repository) {
            return repositories
                    .map(glob -> repository != null && glob.matches(repository.value()))
                    .orElse(repository == null);
        }

        String pattern() {
            return repositories.map(Glob::text).orElse("");
        }

        /** Whether both are equally specific, and apply together. */
        boolean holdsWith(Rule other) {
            return subject.rank() == other.subject.rank() && pattern().equals(other.pattern());
        }
    }

    /**
     * What a caller may do with repositories.
     *
     * @param repositories a pattern; empty for the registry as a whole
     * @param actions may be empty
     */
    public record Right(String repositories, Set<Action> actions) {}

    /** Tags that cannot change once they exist. */
    record Immutable(Glob repositories, Glob tags) {}

    private final boolean challengesAtBase;
    private final Map<String, Set<String>> groups;
    private final List<Rule> rules;
    private final List<Immutable> immutables;
    private final List<RequiredChildren> children;

    /**
     * @param rules in the order of the file, which decides between equally specific ones
     * @param children likewise
     */
    Policy(
            boolean challengesAtBase,
            Map<String, Set<String>> groups,
            List<Rule> rules,
            List<Immutable> immutables,
            List<RequiredChildren> children) {
        this.challengesAtBase = challengesAtBase;
        this.groups = Map.copyOf(groups);
        List<String> patterns = rules.stream().map(Rule::pattern).distinct().toList();
        this.rules = rules.stream()
                .sorted(Comparator.comparing(
                                (Rule rule) -> rule.repositories().orElse(null),
                                Comparator.nullsLast(Glob.MOST_SPECIFIC))
                        // rules of one pattern stay together among equally specific ones
                        .thenComparingInt(rule -> patterns.indexOf(rule.pattern()))
                        .thenComparingInt(rule -> rule.subject().rank()))
                .toList();
        this.immutables = List.copyOf(immutables);
        this.children = children.stream()
                .sorted(Comparator.comparing(RequiredChildren::repositories, Glob.MOST_SPECIFIC))
                .toList();
    }

    /** Whether {@code /v2/} itself (end-1) is challenged, which tells clients how to log in. */
    public boolean challengesAtBase() {
        return challengesAtBase;
    }

    public boolean allows(Caller caller, RepositoryName repository, Action action) {
        return switch (caller) {
            case Caller.Token token ->
                token.allows(repository, action)
                        && (!token.ours() || actions(token.holder(), repository).contains(action));
            default -> actions(caller, repository).contains(action);
        };
    }

    /** The same for actions on the registry as a whole. */
    public boolean allows(Caller caller, Action action) {
        return switch (caller) {
            case Caller.Token token ->
                token.allows(action)
                        && (!token.ours() || actions(token.holder(), null).contains(action));
            default -> actions(caller, null).contains(action);
        };
    }

    /**
     * Whether the catalog shows the repository: the caller must be allowed to pull it. A token for the catalog names no
     * repositories, so the policy decides what its holder may pull. Another issuer's token shows that, and what it
     * names itself.
     */
    public boolean lists(Caller caller, RepositoryName repository) {
        return allows(caller, repository, Action.PULL)
                || caller instanceof Caller.Token token
                        && token.allows(Action.CATALOG)
                        && actions(token.holder(), repository).contains(Action.PULL);
    }

    /** What the rules give a caller, who has no token. The first right whose pattern matches a repository applies to it. */
    public List<Right> rights(Caller caller) {
        return rules.stream()
                .map(Rule::pattern)
                .distinct()
                .map(pattern -> right(caller, pattern))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Right> right(Caller caller, String pattern) {
        List<Rule> about = rules.stream()
                .filter(rule -> rule.pattern().equals(pattern) && isAbout(rule.subject(), caller))
                .toList();
        if (about.isEmpty()) {
            return Optional.empty();
        }
        Set<Action> actions = EnumSet.noneOf(Action.class);
        about.stream().filter(about.getFirst()::holdsWith).forEach(rule -> actions.addAll(rule.actions()));
        return Optional.of(new Right(pattern, actions));
    }

    /** Whether a rule is about this caller by name or group, not only about everyone or all users. */
    public boolean names(Caller caller) {
        return rules.stream().map(Rule::subject).anyMatch(subject -> subject.isNamed() && isAbout(subject, caller));
    }

    /** Whether a rule is about this group. */
    public boolean hasGroup(String name) {
        return rules.stream().map(Rule::subject).anyMatch(new Grantee(Grantee.Kind.GROUP, name)::equals);
    }

    /** Whether the tag, if it exists, must not change. */
    public boolean isImmutable(RepositoryName repository, Tag tag) {
        for (Immutable immutable : immutables) {
            if (immutable.repositories().matches(repository.value())
                    && immutable.tags().matches(tag.value())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a child must be there when its index is pushed. The most specific statement decides. */
    public Predicate<Descriptor> neededChildren(RepositoryName repository) {
        return children.stream()
                .filter(each -> each.repositories().matches(repository.value()))
                .findFirst()
                .<Predicate<Descriptor>>map(each -> each::need)
                .orElse(child -> true);
    }

    private Set<Action> actions(Caller caller, RepositoryName repository) {
        Rule first = null;
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (Rule rule : rules) {
            if (first != null && !first.holdsWith(rule)) {
                break;
            }
            if (rule.isAbout(repository) && isAbout(rule.subject(), caller)) {
                first = first == null ? rule : first;
                actions.addAll(rule.actions());
            }
        }
        return actions;
    }

    private boolean isAbout(Grantee subject, Caller caller) {
        return switch (subject.kind()) {
            case ANYONE -> true;
            case ANONYMOUS -> caller.name().isEmpty();
            case USERS -> !caller.name().isEmpty();
            case USER -> caller.name().equals(subject.name());
            case CERT -> caller instanceof Caller.Certified && caller.name().equals(subject.name());
            case GROUP ->
                groups.getOrDefault(subject.name(), Set.of()).contains(caller.name())
                        || caller instanceof Caller.Federated federated
                                && federated.groups().contains(subject.name());
        };
    }
}
