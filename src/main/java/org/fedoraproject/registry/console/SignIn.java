package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.fedoraproject.registry.auth.Authenticator;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.auth.Sessions;

/** Signs a user in who knows the password. Failed attempts count as those of the API do. */
@Singleton
class SignIn implements CommandHandler {
    private static final int TOO_MANY = 429;
    private static final int WRONG = 403;

    private final Authenticator authenticator;
    private final Sessions sessions;
    private final SignInPage page;
    private final ConsoleAudit audit;

    @Inject
    SignIn(Authenticator authenticator, Sessions sessions, SignInPage page, ConsoleAudit audit) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.page = page;
        this.audit = audit;
    }

    @Override
    public Command command() {
        return Command.SIGN_IN;
    }

    @Override
    public Answer run(Visit visit) {
        String user = visit.fields().first("user");
        return switch (authenticator.login(
                user, visit.fields().first("password"), visit.http().getRemoteAddr())) {
            case Authenticator.Known known -> {
                Answer next = Begin.session(visit, sessions.begin(known.caller()), sessions.lifetime());
                audit.done(visit, command(), user, 303);
                yield next;
            }
            case Authenticator.Refused refused -> refuse(visit, user, refused);
        };
    }

    private Answer refuse(Visit visit, String user, Authenticator.Refused refused) {
        boolean tooMany = refused.why() == DenialReason.TOO_MANY;
        int status = tooMany ? TOO_MANY : WRONG;
        audit.refused(visit, command(), user, status, refused.why());
        if (tooMany) {
            long seconds = refused.retryAfter().toSeconds() + 1;
            visit.response().setHeader("Retry-After", Long.toString(seconds));
            return page.failed(
                    visit, status, user, "Too many logins have failed. Try again in " + seconds + " seconds.");
        }
        return page.failed(visit, status, user, "The user name or the password is wrong.");
    }
}
