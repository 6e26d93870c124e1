package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fedoraproject.registry.policy.TokenScope;
import org.fedoraproject.registry.token.TokenConfig;

/** Builds the challenges of a 401 (RFC 7617, RFC 6750, distribution's "Token Authentication Specification"). */
@Singleton
public class Challenges {
    /** A host that is safe in a header: it cannot end a quoted string. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

    private final List<String> kinds;
    private final String service;
    private final Optional<URI> realm;

    @Inject
    public Challenges(AuthConfig config, TokenConfig tokens) {
        this.kinds = config.effectiveChallenges();
        this.service = tokens.service();
        this.realm = config.realm();
    }

    /**
     * The values of {@code WWW-Authenticate}.
     *
     * @param scope of a token that would do; only one, as some clients read no more
     * @param error of RFC 6750, 3.1, if a token came
     */
    public List<String> of(HttpServletRequest request, Optional<TokenScope> scope, Optional<String> error) {
        return kinds.stream()
                .map(kind -> kind.equals(AuthConfig.BASIC)
                        ? "Basic realm=\"" + service + "\", charset=\"UTF-8\""
                        : bearer(request, scope, error))
                .toList();
    }

    private String bearer(HttpServletRequest request, Optional<TokenScope> scope, Optional<String> error) {
        return "Bearer realm=\"" + realm(request) + "\",service=\"" + service + "\""
                + scope.map(wanted -> ",scope=\"" + wanted + "\"").orElse("")
                + error.map(said -> ",error=\"" + said + "\"").orElse("");
    }

    /** The configured realm, or our own endpoint under the host of the request. */
    private String realm(HttpServletRequest request) {
        if (realm.isPresent()) {
            return realm.get().toString();
        }
        String host = request.getHeader("Host");
        String authority = host != null && HOST.matcher(host).matches() ? host : request.getServerName();
        return request.getScheme() + "://" + authority + TokenServlet.PATH;
    }
}
