package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.auth.Sessions;
import org.fedoraproject.registry.policy.Caller;

/** Signs in the user whose certificate the browser shows. */
@Singleton
class SignInCertified implements CommandHandler {
    private final Sessions sessions;
    private final SignInPage page;
    private final ConsoleAudit audit;

    @Inject
    SignInCertified(Sessions sessions, SignInPage page, ConsoleAudit audit) {
        this.sessions = sessions;
        this.page = page;
        this.audit = audit;
    }

    @Override
    public Command command() {
        return Command.SIGN_IN_CERTIFIED;
    }

    @Override
    public Answer run(Visit visit) {
        Optional<Caller> caller = sessions.certified(visit.http());
        if (caller.isEmpty()) {
            audit.refused(visit, command(), "", 403, DenialReason.CERTIFICATE);
            return page.failed(visit, 403, "", "Your browser shows no certificate.");
        }
        Answer next = Begin.session(visit, sessions.begin(caller.get()), sessions.lifetime());
        audit.done(visit, command(), caller.get().name(), 303);
        return next;
    }
}
