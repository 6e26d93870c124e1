package org.fedoraproject.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.Policy;
import org.fedoraproject.registry.policy.TokenScope;

/** The scopes that a token gets. */
public final class Grants {
    /** More than any client has. Each costs a policy lookup. */
    private static final int MAX_SCOPES = 100;

    private Grants() {}

    /**
     * Those of the scopes that the policy allows the holder, without the actions that it does not allow.
     *
     * @throws RegistryException {@code UNSUPPORTED} if there are too many
     */
    public static List<TokenScope> of(Policy policy, Caller holder, List<String> asked) {
        List<TokenScope> scopes =
                asked.stream().flatMap(text -> TokenScope.parse(text).stream()).toList();
        if (scopes.size() > MAX_SCOPES) {
            throw RegistryException.of(ErrorCode.UNSUPPORTED, "more than " + MAX_SCOPES + " scopes");
        }
        List<TokenScope> granted = new ArrayList<>();
        for (TokenScope scope : scopes) {
            Set<String> actions = actions(policy, holder, scope);
            if (!actions.isEmpty()) {
                granted.add(new TokenScope(scope.type(), scope.name(), actions));
            }
        }
        return granted;
    }

    private static Set<String> actions(Policy policy, Caller holder, TokenScope scope) {
        Set<String> actions = new LinkedHashSet<>();
        if (scope.isRepository() && RepositoryName.isName(scope.name())) {
            RepositoryName repository = RepositoryName.parse(scope.name());
            for (Action action : List.of(Action.PULL, Action.PUSH, Action.DELETE)) {
                if (scope.allows(action) && policy.allows(holder, repository, action)) {
                    actions.add(action.toString());
                }
            }
        } else if (scope.equals(TokenScope.registry(Action.CATALOG)) && policy.allows(holder, Action.CATALOG)) {
            actions.addAll(scope.actions());
        }
        return actions;
    }
}
