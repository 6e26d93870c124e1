package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.policy.Caller;

/** Forgets the session in the browser, and leads a person who has signed in at the OpenID provider to its sign-out. */
@Singleton
class SignOut implements CommandHandler {
    private final SignInAtProvider atProvider;

    @Inject
    SignOut(SignInAtProvider atProvider) {
        this.atProvider = atProvider;
    }

    @Override
    public Command command() {
        return Command.SIGN_OUT;
    }

    @Override
    public Answer run(Visit visit) {
        Cookies.SESSION.clear(visit.http(), visit.response());
        Answer here = new Answer.Redirect(Places.SIGN_IN);
        return visit.caller() instanceof Caller.Federated
                ? atProvider.signOut(visit).orElse(here)
                : here;
    }
}
