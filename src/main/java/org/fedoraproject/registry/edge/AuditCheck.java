package org.fedoraproject.registry.edge;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.fedoraproject.registry.auth.AuditLog;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.http.SelfRequests;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Action;

/**
 * Writes the audit log: caller, request and result. Refusals and writes are always logged; other requests only where
 * the log includes pulls. Without a policy there are no callers, and nothing is written.
 */
@Singleton
class AuditCheck implements Check {
    private final AuditLog audit;

    @Inject
    AuditCheck(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    public Stage stage() {
        return Stage.AUDIT;
    }

    @Override
    public boolean passes(RegistryRequest request, HttpServletRequest http, HttpServletResponse response) {
        if (request.access().isUnlimited()) {
            return true;
        }
        Action action = request.action();
        boolean isWrite = action == Action.PUSH || action == Action.DELETE;
        if (isWrite || audit.tellsPulls() && !SelfRequests.isCurrent()) {
            RequestEnd.add(http, () -> ended(isWrite, request, response));
        }
        return true;
    }

    private void ended(boolean isWrite, RegistryRequest request, HttpServletResponse response) {
        audit.tell(
                isWrite,
                entry(request.method(), request.target(), request.caller().name(), request.client())
                        .with("digest", response.getHeader("Docker-Content-Digest"))
                        .with("status", response.getStatus())
                        .with("id", request.id()));
    }

    /** @param user the name in the credentials; empty for an anonymous caller */
    void refused(DenialReason why, String user, RequestTarget target, HttpServletRequest http, String id, int status) {
        audit.refused(why);
        audit.tell(
                true,
                entry(http.getMethod(), target, user, http.getRemoteAddr())
                        .with("status", status)
                        .with("refused", why.toString())
                        .with("id", id));
    }

    private static AuditLog.Entry entry(String method, RequestTarget target, String user, String client) {
        Optional<RepositoryName> repository = target.repository();
        return new AuditLog.Entry()
                .with("action", target.action(method).toString())
                .with("method", method)
                .with("user", user.isEmpty() ? "-" : user)
                .with("address", client)
                .with("repository", repository.map(RepositoryName::value).orElse(""))
                .with("reference", target.reference());
    }
}
