package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.fedoraproject.registry.auth.Sessions;
import org.fedoraproject.registry.edge.SessionCaller;
import org.fedoraproject.registry.policy.Caller;

/** Whoever has signed in to the console is known on the other pages, too. */
@Singleton
class ConsoleSession implements SessionCaller {
    private final ConsoleConfig config;
    private final Sessions sessions;

    @Inject
    ConsoleSession(ConsoleConfig config, Sessions sessions) {
        this.config = config;
        this.sessions = sessions;
    }

    @Override
    public Optional<Caller> caller(HttpServletRequest request) {
        String session = config.enabled() ? Cookies.SESSION.of(request) : "";
        return session.isEmpty() ? Optional.empty() : sessions.caller(session, request);
    }
}
