package org.fedoraproject.registry.console;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.auth.Sessions;
import org.fedoraproject.registry.edge.OpenPath;
import org.fedoraproject.registry.http.ErrorWriter;
import org.fedoraproject.registry.limit.FormFields;
import org.fedoraproject.registry.limit.Limits;
import org.fedoraproject.registry.limit.RateLimiter;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.policy.Policy;

/**
 * The one way into the console. A page needs a session, except the one to sign in. A form must come from a page of ours in
 * the same browser. The policy and the passwords of the moment decide at each request.
 */
@WebServlet({"/console", Places.ROOT + "*"})
public class ConsoleServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ConsoleConfig config;
    private final transient CurrentPolicy policies;
    private final transient Sessions sessions;
    private final transient SignInPage signIn;
    private final transient SignInAtProvider atProvider;
    private final transient RateLimiter rateLimiter;
    private final transient Limits limits;
    private final transient ConsoleAudit audit;
    private final transient Screen screen;
    private final transient ErrorWriter errors;
    private final transient Map<Place, ConsolePage> pages = new EnumMap<>(Place.class);
    private final transient Map<Command, CommandHandler> handlers = new EnumMap<>(Command.class);

    @Inject
    public ConsoleServlet(
            ConsoleConfig config,
            CurrentPolicy policies,
            Sessions sessions,
            SignInPage signIn,
            SignInAtProvider atProvider,
            RateLimiter rateLimiter,
            Limits limits,
            ConsoleAudit audit,
            Screen screen,
            ErrorWriter errors,
            @Any Instance<ConsolePage> pages,
            @Any Instance<CommandHandler> handlers) {
        this.config = config;
        this.policies = policies;
        this.sessions = sessions;
        this.signIn = signIn;
        this.atProvider = atProvider;
        this.rateLimiter = rateLimiter;
        this.limits = limits;
        this.audit = audit;
        this.screen = screen;
        this.errors = errors;
        pages.forEach(each -> this.pages.put(each.place(), each));
        handlers.forEach(each -> this.handlers.put(each.command(), each));
        if (this.pages.size() < Place.values().length || this.handlers.size() < Command.values().length) {
            throw new IllegalStateException("a place or a command of the console has no bean");
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, this::page);
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, this::command);
    }

    /** Omits TRACE, which the container's own answer names. */
    @Override
    protected void doOptions(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", "GET, HEAD, POST, OPTIONS");
    }

    /** Makes the answer to a request for what is below {@link Places#ROOT}. */
    private interface Work {
        Answer answer(String below, Visit visit);
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, Work work) throws IOException {
        if (!config.enabled()) {
            errors.write(response, HttpServletResponse.SC_NOT_FOUND, ErrorCode.UNSUPPORTED, null);
            return;
        }
        Optional<Policy> policy = policies.current();
        if (policy.isEmpty()) {
            screen.write(response, SignInPage.withoutPolicy());
            return;
        }
        Optional<String> below = OpenPath.below(Places.ROOT, request);
        if (below.isEmpty()) {
            screen.write(response, new Answer.Redirect(Places.ROOT));
            return;
        }
        Visit visit = null;
        try {
            visit = visit(request, response, policy.get());
            rateLimiter.count(visit.caller().name(), request.getRemoteAddr());
            screen.write(visit, work.answer(below.get(), visit));
        } catch (RegistryException e) {
            e.headers().forEach(response::setHeader);
            screen.write(visit, response, failure(e));
        }
    }

    private Visit visit(HttpServletRequest request, HttpServletResponse response, Policy policy) {
        boolean isForm = request.getMethod().equals("POST");
        String session = Cookies.SESSION.of(request);
        Optional<Caller> caller = session.isEmpty() ? Optional.empty() : sessions.caller(session, request);
        return new Visit(
                request,
                response,
                policy,
                caller.orElse(Caller.ANONYMOUS),
                isForm ? FormFields.ofBody(request, limits) : FormFields.ofQuery(request),
                caller.isPresent() ? session : Cookies.SECRET.of(request),
                Instant.now());
    }

    private Answer page(String below, Visit visit) {
        switch (Places.ROOT + below) {
            case Places.SIGN_IN -> {
                return signIn.show(visit);
            }
            case Places.SIGN_IN_AT_PROVIDER -> {
                return atProvider.begin(visit);
            }
            case Places.BACK_FROM_PROVIDER -> {
                return atProvider.end(visit);
            }
            default -> {}
        }
        Place place = Place.at(below)
                .orElseThrow(() -> RegistryException.of(ErrorCode.NAME_UNKNOWN, "there is no such page"));
        if (visit.caller().name().isEmpty()) {
            String query = visit.http().getQueryString();
            String next = place.path() + (query == null ? "" : "?" + query);
            return new Answer.Redirect(Places.with(Places.SIGN_IN, "next", next));
        }
        ConsolePage page = pages.get(place);
        if (!page.isFor(visit)) {
            throw RegistryException.of(ErrorCode.DENIED, "the policy does not allow you to see this page");
        }
        return page.show(visit);
    }

    private Answer command(String below, Visit visit) {
        Command command = Command.at(below)
                .orElseThrow(() -> RegistryException.of(ErrorCode.NAME_UNKNOWN, "there is no such form"));
        try {
            requireOurForm(command, visit);
            Answer answer = handlers.get(command).run(visit);
            if (command.needsSession()) {
                audit.done(visit, command, visit.caller().name(), screen.status(answer));
            }
            return answer;
        } catch (RegistryException e) {
            if (e.code() == ErrorCode.DENIED) {
                audit.refused(visit, command, visit.caller().name(), e.status(), DenialReason.DENIED);
            } else if (command.needsSession()) {
                audit.done(visit, command, visit.caller().name(), e.status());
            }
            throw e;
        }
    }

    private static void requireOurForm(Command command, Visit visit) {
        if (!SameOrigin.isClaimed(visit.http())) {
            throw RegistryException.of(
                    ErrorCode.DENIED,
                    "the form does not come from a page of this host. If it does, a proxy changes the host or scheme, and"
                            + " does not pass on the original one");
        }
        if (command.needsSession() && visit.caller().name().isEmpty()) {
            throw RegistryException.of(ErrorCode.DENIED, "you are not signed in any more");
        }
        String secret = command.needsSession() ? visit.secret() : Cookies.SECRET.of(visit.http());
        if (!FormToken.matches(secret, visit.fields().first(FormToken.FIELD))) {
            throw RegistryException.of(
                    ErrorCode.DENIED, "the form is too old, or of another browser. Open its page again");
        }
    }

    private static Sheet failure(RegistryException e) {
        String title = switch (e.status()) {
            case HttpServletResponse.SC_FORBIDDEN -> "Not allowed";
            case HttpServletResponse.SC_NOT_FOUND -> "Not found";
            default -> "This did not work";
        };
        return new Sheet(e.status(), title, false, List.of(Part.Notice.failed(Words.sentence(e.getMessage()))));
    }
}
