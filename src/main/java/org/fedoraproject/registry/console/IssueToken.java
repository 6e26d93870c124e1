package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.auth.Grants;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.TokenScope;
import org.fedoraproject.registry.token.Tokens;

/** Issues a token as the token service does. */
@Singleton
class IssueToken implements CommandHandler {
    private final Tokens tokens;

    @Inject
    IssueToken(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Command command() {
        return Command.ISSUE_TOKEN;
    }

    @Override
    public Answer run(Visit visit) {
        RepositoryName name = RepositoryName.parse(visit.fields().first("name"));
        Action[] wanted = Stream.of(Action.PULL, Action.PUSH, Action.DELETE)
                .filter(action -> !visit.fields().first(action.toString()).isEmpty())
                .toArray(Action[]::new);
        if (wanted.length == 0) {
            throw RegistryException.queryInvalid("choose at least one action for the token");
        }
        String scope = TokenScope.repository(name.value(), wanted).toString();
        List<TokenScope> granted = Grants.of(visit.policy(), visit.caller(), List.of(scope));
        if (granted.isEmpty()) {
            throw RegistryException.of(ErrorCode.DENIED, "the policy allows you none of these actions there");
        }
        return Sheet.of(
                "Your token",
                new Part.Text("This token allows "
                        + String.join(", ", granted.getFirst().actions()) + " in " + name + ". It is shown only once."),
                new Part.Copy("Token", tokens.issue(visit.caller(), granted)));
    }
}
