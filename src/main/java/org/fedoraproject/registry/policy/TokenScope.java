package org.fedoraproject.registry.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a token permits: {@code repository:<name>:pull,push} or {@code registry:catalog:*} (distribution's "Token Scope
 * Documentation").
 */
public record TokenScope(String type, String name, Set<String> actions) {
    private static final String REPOSITORY = "repository";
    private static final String REGISTRY = "registry";
    private static final String ALL = "*";

    public TokenScope {
        actions = new LinkedHashSet<>(actions);
    }

    public static TokenScope repository(String name, Action... actions) {
        Set<String> wire = new LinkedHashSet<>();
        for (Action action : actions) {
            wire.add(action.toString());
        }
        return new TokenScope(REPOSITORY, name, wire);
    }

    public static TokenScope registry(Action action) {
        return new TokenScope(REGISTRY, action.toString(), Set.of(ALL));
    }

    /** Reads scopes separated by blanks. Skips malformed ones, as nobody can be granted them. */
    public static List<TokenScope> parse(String text) {
        List<TokenScope> scopes = new ArrayList<>();
        for (String each : text.split(" +")) {
            one(each).ifPresent(scopes::add);
        }
        return scopes;
    }

    /** The name may contain colons, as between a host and a port. */
    private static Optional<TokenScope> one(String text) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        if (first < 0 || first == last) {
            return Optional.empty();
        }
        Set<String> actions =
                new LinkedHashSet<>(List.of(text.substring(last + 1).split(",")));
        return Optional.of(new TokenScope(text.substring(0, first), text.substring(first + 1, last), actions));
    }

    public boolean isRepository() {
        return type.equals(REPOSITORY);
    }

    boolean isRegistry() {
        return type.equals(REGISTRY);
    }

    boolean allowsAll() {
        return actions.contains(ALL);
    }

    public boolean allows(Action action) {
        return actions.contains(action.toString()) || allowsAll();
    }

    @Override
    public String toString() {
        return type + ":" + name + ":" + String.join(",", actions);
    }
}
