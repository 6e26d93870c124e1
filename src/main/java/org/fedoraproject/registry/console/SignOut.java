package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Forgets the session in the browser. */
@Singleton
class SignOut implements CommandHandler {
    @Inject
    SignOut() {}

    @Override
    public Command command() {
        return Command.SIGN_OUT;
    }

    @Override
    public Answer run(Visit visit) {
        Cookies.SESSION.clear(visit.http(), visit.response());
        return new Answer.Redirect(Places.SIGN_IN);
    }
}
