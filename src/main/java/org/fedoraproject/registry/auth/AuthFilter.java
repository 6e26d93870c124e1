package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.http.SelfRequests;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;

/**
 * Lets through below {@code /v2/} what the policy allows. Who did not show who they are is challenged, and so is a token that is
 * not good for the request; who did, and may not, is told so. Nobody learns from a refusal whether a repository is there.
 */
public class AuthFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient Policies policies;
    private final transient Authenticator authenticator;
    private final transient Challenges challenges;
    private final transient Audit audit;
    private final transient CallerLimits limits;
    private final transient Jsonb jsonb = JsonbBuilder.create();

    @Inject
    public AuthFilter(
            Policies policies, Authenticator authenticator, Challenges challenges, Audit audit, CallerLimits limits) {
        this.policies = policies;
        this.authenticator = authenticator;
        this.challenges = challenges;
        this.audit = audit;
        this.limits = limits;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Optional<Policy> policy = policies.current();
        if (policy.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        try {
            Optional<Asked> asked = Asked.parse(request.getMethod(), request.getRequestURI());
            if (asked.isEmpty()) { // what no resource answers to gets no further, whoever asks
                Errors.write(response, jsonb, 404, ErrorCode.UNSUPPORTED, null);
                return;
            }
            switch (authenticator.authenticate(request)) {
                case Authenticator.Refused refused -> refuse(request, response, asked.get(), refused);
                case Authenticator.Known known ->
                    decide(policy.get(), known.caller(), asked.get(), request, response, chain);
            }
        } catch (RegistryException e) {
            Errors.write(response, jsonb, e);
        }
    }

    private void decide(
            Policy policy,
            Caller caller,
            Asked asked,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        Optional<Refusal> why = refusal(policy, caller, asked);
        if (why.isPresent()) {
            refuse(why.get(), caller.name(), asked, request, response);
            return;
        }
        new Access(policy, caller).attachTo(request);
        boolean write = asked.action() == Action.PUSH || asked.action() == Action.DELETE;
        if (!write && (!audit.tellsPulls() || SelfRequests.isCurrent())) {
            chain.doFilter(request, response);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            tell(write, Optional.empty(), caller.name(), asked, request, response);
        }
    }

    /** Why not; empty where the request may go on. */
    private static Optional<Refusal> refusal(Policy policy, Caller caller, Asked asked) {
        if (allows(policy, caller, asked)) {
            return Optional.empty();
        }
        if (caller instanceof Caller.Token) {
            return Optional.of(Refusal.SCOPE);
        }
        return Optional.of(caller.name().isEmpty() ? Refusal.ANONYMOUS : Refusal.DENIED);
    }

    private static boolean allows(Policy policy, Caller caller, Asked asked) {
        return switch (asked.kind()) {
            // a token says that its holder has been where the challenge sends to
            case BASE -> !policy.challengesAtBase() || !caller.name().isEmpty() || caller instanceof Caller.Token;
            case CATALOG -> policy.allows(caller, Action.CATALOG);
            default -> policy.allows(caller, asked.repository().orElseThrow(), asked.action());
        };
    }

    private void refuse(
            HttpServletRequest request, HttpServletResponse response, Asked asked, Authenticator.Refused refused)
            throws IOException {
        if (refused.why() == Refusal.TOO_MANY) {
            response.setHeader("Retry-After", Long.toString(seconds(refused.retryAfter())));
        }
        refuse(refused.why(), refused.name(), asked, request, response);
    }

    private void refuse(Refusal why, String name, Asked asked, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        limits.count(Caller.ANONYMOUS, request.getRemoteAddr());
        audit.refused(why);
        switch (why) {
            case DENIED -> write(response, ErrorCode.DENIED, null);
            case TOO_MANY -> write(response, ErrorCode.TOOMANYREQUESTS, "too many logins have failed");
            default -> {
                Optional<String> error = switch (why) {
                    case SCOPE -> Optional.of("insufficient_scope");
                    case TOKEN -> Optional.of("invalid_token");
                    default -> Optional.empty();
                };
                challenges
                        .of(request, scope(asked), error)
                        .forEach(value -> response.addHeader("WWW-Authenticate", value));
                write(response, ErrorCode.UNAUTHORIZED, null);
            }
        }
        tell(true, Optional.of(why), name, asked, request, response);
    }

    private void write(HttpServletResponse response, ErrorCode code, String detail) throws IOException {
        Errors.write(response, jsonb, code.status(), code, detail);
    }

    /** Who pushes also looks for what is there, so one token shall do for both. */
    private static Optional<Scope> scope(Asked asked) {
        return switch (asked.kind()) {
            case BASE -> Optional.empty();
            case CATALOG -> Optional.of(Scope.registry(Action.CATALOG));
            default -> {
                String name = asked.repository().map(RepositoryName::value).orElseThrow();
                yield Optional.of(
                        asked.action() == Action.PUSH
                                ? Scope.repository(name, Action.PULL, Action.PUSH)
                                : Scope.repository(name, asked.action()));
            }
        };
    }

    private void tell(
            boolean important,
            Optional<Refusal> why,
            String name,
            Asked asked,
            HttpServletRequest request,
            HttpServletResponse response) {
        audit.tell(
                important,
                new Audit.Entry()
                        .with("action", asked.action().toString())
                        .with("method", request.getMethod())
                        .with("user", name.isEmpty() ? "-" : name)
                        .with("address", request.getRemoteAddr())
                        .with(
                                "repository",
                                asked.repository().map(RepositoryName::value).orElse(""))
                        .with("reference", asked.reference())
                        .with("digest", response.getHeader("Docker-Content-Digest"))
                        .with("status", response.getStatus())
                        .with("refused", why.map(Refusal::toString).orElse(""))
                        .with("id", response.getHeader("X-Request-Id")));
    }

    private static long seconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }
}
