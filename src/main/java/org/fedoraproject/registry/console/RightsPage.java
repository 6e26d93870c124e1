package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.Policy;
import org.fedoraproject.registry.token.Tokens;

/** What the policy gives the caller, and a form for a token. */
@Singleton
class RightsPage implements ConsolePage {
    private final Tokens tokens;

    @Inject
    RightsPage(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Place place() {
        return Place.RIGHTS;
    }

    @Override
    public boolean isFor(Visit visit) {
        return true;
    }

    @Override
    public Sheet show(Visit visit) {
        List<Part> parts = new ArrayList<>();
        String by = switch (visit.caller()) {
            case Caller.Certified certified -> "a certificate";
            case Caller.Federated federated -> "an account of the OpenID provider";
            default -> "a password";
        };
        parts.add(new Part.Text("You have signed in as " + visit.caller().name() + ", with " + by + "."));
        parts.add(new Part.Table(
                "What you may do",
                List.of("Repositories", "Actions"),
                visit.policy().rights(visit.caller()).stream()
                        .map(RightsPage::row)
                        .toList(),
                "The policy gives you no rights. Ask an administrator for a rule in the policy."));
        parts.add(new Part.Text(
                "If several patterns match a repository, the first one in the table applies. \"operate\" allows you to see"
                        + " and change jobs, quotas, events and switches here."));
        if (tokens.areIssued()) {
            parts.add(new Part.Box(
                    "Get a token",
                    "A token is for the API, in the header \"Authorization: Bearer\". It is valid for a few minutes, for one"
                            + " repository, and for the actions that you may do there.",
                    Form.of(Command.ISSUE_TOKEN, "Get a token")
                            .with(
                                    Field.text("name", "Repository", ""),
                                    Field.check("pull", "pull"),
                                    Field.check("push", "push"),
                                    Field.check("delete", "delete"))));
        }
        return Sheet.of("Your rights", parts);
    }

    private static List<Cell> row(Policy.Right right) {
        return List.of(
                right.repositories().isEmpty()
                        ? Cell.text("The registry as a whole")
                        : new Cell.Mono(right.repositories()),
                Cell.text(words(right.actions())));
    }

    private static String words(Set<Action> actions) {
        return actions.isEmpty()
                ? "nothing"
                : String.join(
                        ", ",
                        actions.stream()
                                .map(action -> action.toString().toLowerCase(Locale.ROOT))
                                .toList());
    }
}
