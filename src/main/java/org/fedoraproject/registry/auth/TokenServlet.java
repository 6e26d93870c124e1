package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.http.Json;
import org.fedoraproject.registry.limit.FormFields;
import org.fedoraproject.registry.limit.Limits;
import org.fedoraproject.registry.limit.RateLimiter;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.TokenScope;
import org.fedoraproject.registry.token.InvalidTokenException;
import org.fedoraproject.registry.token.TokenConfig;
import org.fedoraproject.registry.token.Tokens;

/**
 * Issues tokens (distribution's "Token Authentication Specification" and "OAuth2 Token Authentication"). A token has
 * those requested scopes that the policy allows its holder; fewer or none are no error.
 */
@WebServlet(TokenServlet.PATH)
public class TokenServlet extends HttpServlet {
    static final String PATH = "/auth/token";

    private static final long serialVersionUID = 1;

    private final transient TokenConfig config;
    private final transient CurrentPolicy policies;
    private final transient Users users;
    private final transient Authenticator authenticator;
    private final transient Tokens tokens;
    private final transient AuditLog audit;
    private final transient Limits limits;
    private final transient RateLimiter rateLimiter;
    private final transient Json json;
    private final transient ErrorWriter errors;

    /** The response body; {@code null} is left out. */
    @JsonbPropertyOrder({"token", "access_token", "expires_in", "issued_at", "scope", "refresh_token"})
    public record Answer(
            String token,
            @JsonbProperty("access_token") String accessToken,
            @JsonbProperty("expires_in") long expiresIn,
            @JsonbProperty("issued_at") String issuedAt,
            String scope,
            @JsonbProperty("refresh_token") String refreshToken) {}

    @Inject
    public TokenServlet(
            TokenConfig config,
            CurrentPolicy policies,
            Users users,
            Authenticator authenticator,
            Tokens tokens,
            AuditLog audit,
            Limits limits,
            RateLimiter rateLimiter,
            Json json,
            ErrorWriter errors) {
        this.config = config;
        this.policies = policies;
        this.users = users;
        this.authenticator = authenticator;
        this.tokens = tokens;
        this.audit = audit;
        this.limits = limits;
        this.rateLimiter = rateLimiter;
        this.json = json;
        this.errors = errors;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, false);
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, true);
    }

    /** Omits TRACE, unlike the container's own answer. */
    @Override
    protected void doOptions(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", "GET, HEAD, POST, OPTIONS");
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, boolean isForm) throws IOException {
        if (policies.current().isEmpty() || !tokens.areIssued()) {
            errors.write(response, 404, ErrorCode.UNSUPPORTED, null);
            return;
        }
        try {
            FormFields parameters = isForm ? FormFields.ofBody(request, limits) : FormFields.ofQuery(request);
            Authenticator.Found found = isForm ? byForm(request, parameters) : authenticator.authenticate(request);
            rateLimiter.count(
                    found instanceof Authenticator.Known known ? known.caller().name() : "", request.getRemoteAddr());
            switch (found) {
                case Authenticator.Refused refused -> refuse(request, response, refused);
                case Authenticator.Known known -> issue(request, response, known.caller(), parameters, isForm);
            }
        } catch (RegistryException e) {
            e.headers().forEach(response::setHeader);
            int status = e.code() == ErrorCode.UNSUPPORTED
                    ? HttpServletResponse.SC_BAD_REQUEST
                    : e.code().status();
            errors.write(response, status, e.code(), e.getMessage());
        }
    }

    private Authenticator.Found byForm(HttpServletRequest request, FormFields parameters) {
        return switch (parameters.first("grant_type")) {
            case "password" ->
                authenticator.login(
                        parameters.first("username"), parameters.first("password"), request.getRemoteAddr());
            case "refresh_token" -> refreshed(parameters.first("refresh_token"));
            default -> throw unsupported("grant_type is password or refresh_token");
        };
    }

    /** Valid while the user has the password with which it was requested. */
    private Authenticator.Found refreshed(String token) {
        try {
            Tokens.Refresh refresh = tokens.verifyRefresh(token);
            boolean holds = users.current()
                    .flatMap(passwords -> passwords.version(refresh.user()))
                    .filter(version -> version.equals(refresh.password()))
                    .isPresent();
            return holds
                    ? new Authenticator.Known(new Caller.User(refresh.user()))
                    : new Authenticator.Refused(DenialReason.TOKEN, refresh.user(), Duration.ZERO);
        } catch (InvalidTokenException e) {
            return new Authenticator.Refused(DenialReason.TOKEN, "", Duration.ZERO);
        }
    }

    private void issue(
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller,
            FormFields parameters,
            boolean isForm)
            throws IOException {
        if (caller instanceof Caller.Token) {
            throw unsupported("a token is got with a password, a certificate or a refresh token");
        }
        String service = parameters.first("service");
        if (!service.isEmpty() && !service.equals(config.service())) {
            throw unsupported("the service here is " + config.service());
        }
        List<TokenScope> granted = Grants.of(policies.current().orElseThrow(), caller, parameters.all("scope"));
        String token = tokens.issue(caller, granted);
        boolean lasting = isForm
                ? parameters.first("access_type").equals("offline")
                : parameters.first("offline_token").equals("true");
        Answer answer = new Answer(
                token,
                token,
                config.lifetime().toSeconds(),
                Instant.now().toString(),
                isForm
                        ? String.join(
                                " ", granted.stream().map(TokenScope::toString).toList())
                        : null,
                refresh(caller, parameters, lasting));
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(json.write(answer));
        tell(request, response, caller.name(), Optional.empty(), granted);
    }

    /** For users with a password. A token that was used stays valid and is returned. */
    private String refresh(Caller caller, FormFields parameters, boolean lasting) {
        if (parameters.first("grant_type").equals("refresh_token")) {
            return parameters.first("refresh_token");
        }
        return caller instanceof Caller.User && lasting
                ? users.current()
                        .flatMap(passwords -> passwords.version(caller.name()))
                        .map(version -> tokens.issueRefresh(new Tokens.Refresh(caller.name(), version)))
                        .orElse(null)
                : null;
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, Authenticator.Refused refused)
            throws IOException {
        audit.refused(refused.why());
        if (refused.why() == DenialReason.TOO_MANY) {
            response.setHeader(
                    "Retry-After",
                    Long.toString(Math.max(1, refused.retryAfter().toSeconds() + 1)));
            errors.write(response, 429, ErrorCode.TOOMANYREQUESTS, "too many logins have failed");
        } else {
            response.setHeader("WWW-Authenticate", "Basic realm=\"" + config.service() + "\", charset=\"UTF-8\"");
            errors.write(response, 401, ErrorCode.UNAUTHORIZED, null);
        }
        tell(request, response, refused.name(), Optional.of(refused.why()), List.of());
    }

    private void tell(
            HttpServletRequest request,
            HttpServletResponse response,
            String name,
            Optional<DenialReason> why,
            List<TokenScope> granted) {
        audit.tell(
                why.isPresent() || !name.isEmpty(),
                new AuditLog.Entry()
                        .with("action", "token")
                        .with("user", name.isEmpty() ? "-" : name)
                        .with("address", request.getRemoteAddr())
                        .with(
                                "scope",
                                String.join(
                                        " ",
                                        granted.stream()
                                                .map(TokenScope::toString)
                                                .toList()))
                        .with("status", response.getStatus())
                        .with("refused", why.map(DenialReason::toString).orElse(""))
                        .with("id", response.getHeader("X-Request-Id")));
    }

    private static RegistryException unsupported(String detail) {
        return RegistryException.of(ErrorCode.UNSUPPORTED, detail);
    }
}
