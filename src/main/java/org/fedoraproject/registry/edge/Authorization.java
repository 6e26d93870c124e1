package org.fedoraproject.registry.edge;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.auth.Authenticator;
import org.fedoraproject.registry.auth.Challenges;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.http.AnswerHeaders;
import org.fedoraproject.registry.limit.RateLimiter;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.policy.Access;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.Policy;
import org.fedoraproject.registry.policy.TokenScope;

/**
 * Authorises requests by the policy. A caller without credentials gets a challenge, and so does one whose token is not
 * valid for the request. A known caller without the permission gets {@code DENIED}. A refusal does not reveal whether
 * the repository exists.
 */
@Singleton
class Authorization {
    private final CurrentPolicy policies;
    private final Authenticator authenticator;
    private final Challenges challenges;
    private final RateLimiter limits;
    private final AuditCheck audit;
    private final List<SessionCaller> sessions;

    @Inject
    Authorization(
            CurrentPolicy policies,
            Authenticator authenticator,
            Challenges challenges,
            RateLimiter limits,
            AuditCheck audit,
            @Any Instance<SessionCaller> sessions) {
        this(
                policies,
                authenticator,
                challenges,
                limits,
                audit,
                sessions.stream().toList());
    }

    Authorization(
            CurrentPolicy policies,
            Authenticator authenticator,
            Challenges challenges,
            RateLimiter limits,
            AuditCheck audit,
            List<SessionCaller> sessions) {
        this.policies = policies;
        this.authenticator = authenticator;
        this.challenges = challenges;
        this.limits = limits;
        this.audit = audit;
        this.sessions = List.copyOf(sessions);
    }

    /**
     * Authorises a request by one reading of the policy, which may change at any time. If there is a policy, a path
     * that no resource answers is refused for every caller.
     *
     * @throws RegistryException if the request is refused
     */
    RegistryRequest authorize(RequestTarget target, HttpServletRequest http, HttpServletResponse response) {
        String id = response.getHeader(AnswerHeaders.REQUEST_ID);
        Optional<Policy> policy = policies.current();
        if (policy.isEmpty()) {
            return new RegistryRequest(id, http.getMethod(), target, Access.EVERYTHING, http.getRemoteAddr());
        }
        if (target.endpoint() == Endpoint.UNKNOWN) {
            throw RegistryException.endpointUnknown();
        }
        return switch (find(target, http)) {
            case Authenticator.Refused refused -> throw refusal(refused, target, http, response);
            case Authenticator.Known known -> {
                Caller caller = known.caller();
                if (!allows(policy.get(), caller, target, http.getMethod())) {
                    refuse(caller, target, http, response);
                }
                Access access = Access.of(policy.get(), caller);
                yield new RegistryRequest(id, http.getMethod(), target, access, http.getRemoteAddr());
            }
        };
    }

    private Authenticator.Found find(RequestTarget target, HttpServletRequest http) {
        if (target.endpoint().isPage()) {
            for (SessionCaller session : sessions) {
                Optional<Caller> caller = session.caller(http);
                if (caller.isPresent()) {
                    return new Authenticator.Known(caller.get());
                }
            }
        }
        return authenticator.authenticate(http);
    }

    /** If it is a page, there is none for this caller, as {@link RegistryRequest#requireVisible} says. */
    private void refuse(Caller caller, RequestTarget target, HttpServletRequest http, HttpServletResponse response) {
        Authenticator.Refused why = denied(caller);
        if (!target.endpoint().isPage()) {
            throw refusal(why, target, http, response);
        }
        limits.count("", http.getRemoteAddr());
        String id = response.getHeader(AnswerHeaders.REQUEST_ID);
        audit.refused(why.why(), why.name(), target, http, id, HttpServletResponse.SC_NOT_FOUND);
    }

    private static boolean allows(Policy policy, Caller caller, RequestTarget target, String method) {
        return switch (target.endpoint()) {
            // a token proves that its holder has followed the challenge
            case BASE -> !policy.challengesAtBase() || !caller.name().isEmpty() || caller instanceof Caller.Token;
            case CATALOG, REPOSITORIES -> policy.allows(caller, Action.CATALOG);
            case FLATPAK_STATIC, FLATPAK_DYNAMIC, FLATPAK_ICON, HOME_PAGE, ERROR_PAGE -> true;
            default -> policy.allows(caller, target.repository().orElseThrow(), target.action(method));
        };
    }

    private static Authenticator.Refused denied(Caller caller) {
        DenialReason why = DenialReason.DENIED;
        if (caller instanceof Caller.Token) {
            why = DenialReason.SCOPE;
        } else if (caller.name().isEmpty()) {
            why = DenialReason.ANONYMOUS;
        }
        return new Authenticator.Refused(why, caller.name(), Duration.ZERO);
    }

    private RegistryException refusal(
            Authenticator.Refused refused,
            RequestTarget target,
            HttpServletRequest http,
            HttpServletResponse response) {
        limits.count("", http.getRemoteAddr());
        RegistryException refusal = switch (refused.why()) {
            case DENIED -> RegistryException.of(ErrorCode.DENIED);
            case TOO_MANY ->
                RegistryException.of(ErrorCode.TOOMANYREQUESTS, "too many logins have failed")
                        .withHeader("Retry-After", Long.toString(seconds(refused.retryAfter())));
            default -> {
                challenge(refused.why(), target, http, response);
                yield RegistryException.of(ErrorCode.UNAUTHORIZED);
            }
        };
        String id = response.getHeader(AnswerHeaders.REQUEST_ID);
        audit.refused(refused.why(), refused.name(), target, http, id, refusal.status());
        return refusal;
    }

    private void challenge(
            DenialReason why, RequestTarget target, HttpServletRequest http, HttpServletResponse response) {
        Optional<String> error = switch (why) {
            case SCOPE -> Optional.of("insufficient_scope");
            case TOKEN -> Optional.of("invalid_token");
            default -> Optional.empty();
        };
        challenges
                .of(http, scope(target, http.getMethod()), error)
                .forEach(value -> response.addHeader("WWW-Authenticate", value));
    }

    /**
     * Clients that push also look for existing content, so the scope of a push includes pull; one token is enough for
     * both.
     */
    private static Optional<TokenScope> scope(RequestTarget target, String method) {
        return switch (target.endpoint()) {
            case BASE, FLATPAK_STATIC, FLATPAK_DYNAMIC, FLATPAK_ICON, HOME_PAGE, ERROR_PAGE -> Optional.empty();
            case CATALOG, REPOSITORIES -> Optional.of(TokenScope.registry(Action.CATALOG));
            default -> {
                String name = target.repository().map(RepositoryName::value).orElseThrow();
                Action action = target.action(method);
                yield Optional.of(
                        action == Action.PUSH
                                ? TokenScope.repository(name, Action.PULL, Action.PUSH)
                                : TokenScope.repository(name, action));
            }
        };
    }

    private static long seconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }
}
