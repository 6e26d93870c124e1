package org.fedoraproject.registry.policy;

import java.util.List;
import org.fedoraproject.registry.oci.RepositoryName;

/** The proven caller of a request. */
public sealed interface Caller {
    Caller ANONYMOUS = new Anonymous();

    /** The user's name; empty if anonymous. */
    String name();

    /** A caller without a name. */
    record Anonymous() implements Caller {
        @Override
        public String name() {
            return "";
        }
    }

    /** A user who knows the password of this name. */
    record User(String name) implements Caller {}

    /** A user with the key of a certificate that has this name. */
    record Certified(String name) implements Caller {}

    /**
     * A user for whom the OpenID provider vouches.
     *
     * @param groups that the provider names, and that count as groups of the policy
     */
    record Federated(String name, List<String> groups) implements Caller {
        public Federated {
            groups = List.copyOf(groups);
        }
    }

    /**
     * The bearer of a token.
     *
     * @param holder for whom it was issued
     * @param access all that it permits
     * @param ours whether this registry issued it; if so, the current policy applies as well
     */
    record Token(Caller holder, List<TokenScope> access, boolean ours) implements Caller {
        public Token {
            access = List.copyOf(access);
        }

        @Override
        public String name() {
            return holder.name();
        }

        public boolean allows(RepositoryName repository, Action action) {
            return access.stream()
                    .anyMatch(scope ->
                            scope.isRepository() && scope.name().equals(repository.value()) && scope.allows(action));
        }

        public boolean allows(Action action) {
            return access.stream()
                    .anyMatch(
                            scope -> scope.isRegistry() && scope.name().equals(action.toString()) && scope.allowsAll());
        }
    }
}
