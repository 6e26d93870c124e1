package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.fedoraproject.registry.auth.AuditLog;
import org.fedoraproject.registry.auth.DenialReason;

/** Writes what is done in the console, and what is refused there, to the audit log. */
@Singleton
class ConsoleAudit {
    /** Beside the words of {@link Command#SIGN_IN} and {@link Command#SIGN_IN_CERTIFIED}; it has no form. */
    private static final String AT_PROVIDER = "sign-in-at-provider";

    private final AuditLog audit;

    @Inject
    ConsoleAudit(AuditLog audit) {
        this.audit = audit;
    }

    /** @param user the name of the caller, or the one that a password was given for */
    void done(Visit visit, Command command, String user, int status) {
        tell(visit, command.word(), user, status, Optional.empty());
    }

    /** A sign-in at the OpenID provider has succeeded, or failed for another reason than a refusal. */
    void atProvider(Visit visit, String user, int status) {
        tell(visit, AT_PROVIDER, user, status, Optional.empty());
    }

    void refusedAtProvider(Visit visit, String user, int status, DenialReason why) {
        audit.refused(why);
        tell(visit, AT_PROVIDER, user, status, Optional.of(why));
    }

    void refused(Visit visit, Command command, String user, int status, DenialReason why) {
        audit.refused(why);
        tell(visit, command.word(), user, status, Optional.of(why));
    }

    private void tell(Visit visit, String action, String user, int status, Optional<DenialReason> why) {
        audit.tell(
                true,
                new AuditLog.Entry()
                        .with("action", action)
                        .with("via", "console")
                        .with("user", user.isEmpty() ? "-" : user)
                        .with("address", visit.http().getRemoteAddr())
                        .with("repository", field(visit, "name"))
                        .with("reference", field(visit, "reference"))
                        .with("tag", field(visit, "tag"))
                        .with("job", field(visit, "job"))
                        .with("switch", field(visit, "switch"))
                        .with("position", field(visit, "position"))
                        .with("endpoint", field(visit, "endpoint"))
                        .with("dryRun", field(visit, "dry-run"))
                        .with("status", status)
                        .with("refused", why.map(DenialReason::toString).orElse(""))
                        .with("id", visit.requestId()));
    }

    private static String field(Visit visit, String name) {
        String value = visit.fields().first(name);
        return value.length() > 300 ? value.substring(0, 300) : value;
    }
}
