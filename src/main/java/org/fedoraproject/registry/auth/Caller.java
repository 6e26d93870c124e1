package org.fedoraproject.registry.auth;

import java.util.List;
import org.fedoraproject.registry.oci.RepositoryName;

/** Who sent a request, as far as it was shown. */
public sealed interface Caller {
    Caller ANONYMOUS = new Anonymous();

    /** The user's name; empty for nobody in particular. */
    String name();

    /** Nobody in particular. */
    record Anonymous() implements Caller {
        @Override
        public String name() {
            return "";
        }
    }

    /** Who knows the password of this name. */
    record User(String name) implements Caller {}

    /** Who has the key of a certificate that names this user. */
    record Certified(String name) implements Caller {}

    /**
     * Who has a token.
     *
     * @param holder for whom it was issued
     * @param access all that it is good for
     * @param ours whether this registry issued it: then the policy of today has a say as well
     */
    record Token(Caller holder, List<Scope> access, boolean ours) implements Caller {
        public Token {
            access = List.copyOf(access);
        }

        @Override
        public String name() {
            return holder.name();
        }

        boolean allows(RepositoryName repository, Action action) {
            return access.stream()
                    .anyMatch(scope ->
                            scope.isRepository() && scope.name().equals(repository.value()) && scope.allows(action));
        }

        boolean allows(Action action) {
            return access.stream()
                    .anyMatch(
                            scope -> scope.isRegistry() && scope.name().equals(action.toString()) && scope.allowsAll());
        }
    }
}
