package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.auth.OpenIdSignIn;
import org.fedoraproject.registry.auth.Sessions;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.page.Link;
import org.fedoraproject.registry.policy.Caller;

/** Asks for a password, or offers the certificate that the browser shows, or the OpenID provider. */
@Singleton
class SignInPage {
    private static final String TITLE = "Sign in";
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Sessions sessions;
    private final OpenIdSignIn provider;

    @Inject
    SignInPage(Sessions sessions, OpenIdSignIn provider) {
        this.sessions = sessions;
        this.provider = provider;
    }

    static Sheet withoutPolicy() {
        return new Sheet(
                403,
                "The console is not set up",
                false,
                List.of(
                        new Part.Text(
                                "The console is for people who sign in. This registry has no policy, so it knows no users, and"
                                        + " everybody may do everything with the API."),
                        new Part.Text("To use the console, set registry.auth.policy and registry.auth.passwords."
                                + " ops/ACCESS.md and ops/CONSOLE.md explain them.")));
    }

    Answer show(Visit visit) {
        return show(visit, 200, "", Optional.empty());
    }

    /** The same after a sign-in that failed. */
    Answer failed(Visit visit, int status, String name, String why) {
        return show(visit, status, name, Optional.of(why));
    }

    private Sheet show(Visit visit, int status, String name, Optional<String> failure) {
        String secret = Cookies.SECRET.of(visit.http());
        if (secret.isEmpty()) {
            secret = Cookies.random();
            Cookies.SECRET.set(visit.http(), visit.response(), secret, PATIENCE);
        }
        String next = Places.next(visit.fields().first("next"));
        String token = FormToken.of(secret);
        List<Part> parts = new ArrayList<>();
        failure.ifPresent(why -> parts.add(Part.Notice.failed(why)));
        if (ClientUrl.of(visit.http())
                .filter(url -> !url.isSecure() && !url.isLoopback())
                .isPresent()) {
            parts.add(Part.Notice.warning("This connection is not encrypted. Others may read your password."));
        }
        Optional<Caller> certified = sessions.certified(visit.http());
        certified.ifPresent(caller -> parts.add(new Part.Box(
                "With your certificate",
                "Your browser shows a certificate of " + caller.name() + ".",
                Form.of(
                        Command.SIGN_IN_CERTIFIED,
                        "Sign in as " + caller.name(),
                        "next",
                        next,
                        FormToken.FIELD,
                        token))));
        Optional<String> button = provider.button();
        button.ifPresent(text -> parts.add(new Part.Way(
                "With another account", new Link(Places.with(Places.SIGN_IN_AT_PROVIDER, "next", next), text, false))));
        parts.add(new Part.Box(
                certified.isPresent() || button.isPresent() ? "With a password" : "",
                "",
                Form.of(Command.SIGN_IN, TITLE, "next", next, FormToken.FIELD, token)
                        .with(
                                new Field(Field.Kind.TEXT, "user", "User name", name, "username", List.of()),
                                new Field(
                                        Field.Kind.PASSWORD,
                                        "password",
                                        "Password",
                                        "",
                                        "current-password",
                                        List.of()))));
        return new Sheet(status, TITLE, false, parts);
    }
}
