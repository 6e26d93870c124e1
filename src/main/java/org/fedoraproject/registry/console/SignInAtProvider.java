package org.fedoraproject.registry.console;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.fedoraproject.registry.auth.DenialReason;
import org.fedoraproject.registry.auth.OpenIdException;
import org.fedoraproject.registry.auth.OpenIdSignIn;
import org.fedoraproject.registry.auth.Sessions;
import org.fedoraproject.registry.http.ClientUrl;
import org.fedoraproject.registry.oci.ErrorCode;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.page.Link;
import org.fedoraproject.registry.policy.Caller;

/** Leads to the OpenID provider, and signs a person in who comes back from there, if the policy names the person. */
@Singleton
class SignInAtProvider {
    private static final int REFUSED = 403;
    private static final int BAD_GATEWAY = 502;

    private final OpenIdSignIn provider;
    private final Sessions sessions;
    private final SignInPage page;
    private final ConsoleAudit audit;

    @Inject
    SignInAtProvider(OpenIdSignIn provider, Sessions sessions, SignInPage page, ConsoleAudit audit) {
        this.provider = provider;
        this.sessions = sessions;
        this.page = page;
        this.audit = audit;
    }

    /** By a link and not by a form: the pages' policy lets no form lead to another site, not even by a redirect. */
    Answer begin(Visit visit) {
        requireProvider();
        try {
            OpenIdSignIn.Begun begun =
                    provider.begin(back(visit), Places.next(visit.fields().first("next")));
            Cookies.PROVIDER.set(visit.http(), visit.response(), begun.kept(), OpenIdSignIn.PATIENCE);
            return new Answer.Redirect(begun.location());
        } catch (OpenIdException e) {
            return failed(visit, e);
        }
    }

    Answer end(Visit visit) {
        requireProvider();
        String kept = Cookies.PROVIDER.of(visit.http());
        Cookies.PROVIDER.clear(visit.http(), visit.response());
        try {
            OpenIdSignIn.Ended ended = provider.end(kept, visit.fields(), back(visit));
            Caller.Federated caller = known(visit, ended.caller());
            if (!visit.policy().names(caller)) {
                audit.refusedAtProvider(visit, caller.name(), REFUSED, DenialReason.DENIED);
                return page.failed(
                        visit,
                        REFUSED,
                        "",
                        "The policy names neither " + caller.name()
                                + " nor a group of this user. Ask an administrator.");
            }
            Begin.keep(visit, sessions.begin(caller), sessions.lifetime());
            audit.atProvider(visit, caller.name(), 200);
            return signedIn(visit, caller, ended.next());
        } catch (OpenIdException e) {
            return failed(visit, e);
        }
    }

    private void requireProvider() {
        if (provider.button().isEmpty()) {
            throw RegistryException.of(ErrorCode.NAME_UNKNOWN, "nobody can sign in at an OpenID provider here");
        }
    }

    /** With those groups only that mean something. A session keeps no others. */
    private static Caller.Federated known(Visit visit, Caller.Federated caller) {
        return new Caller.Federated(
                caller.name(),
                caller.groups().stream().filter(visit.policy()::hasGroup).toList());
    }

    /**
     * A page that leads on by itself. A redirect would come without the session, which browsers send only if a page of
     * ours leads there ({@code SameSite=Strict}).
     */
    private static Answer signedIn(Visit visit, Caller caller, String next) {
        return leading(visit, "You have signed in", "As " + caller.name(), next);
    }

    /**
     * A page that leads to the provider's sign-out, and from there to the page to sign in. A redirect would be refused,
     * because the pages' policy lets no form lead to another site. Empty if one cannot sign out there.
     */
    Optional<Answer> signOut(Visit visit) {
        return ours(visit, Places.SIGN_IN)
                .flatMap(provider::signOut)
                .map(there -> new Answer.Farewell(
                        leading(visit, "You have signed out here", "At the OpenID provider", there)));
    }

    private static Sheet leading(Visit visit, String title, String heading, String url) {
        visit.response().setHeader("Refresh", "0; url=" + url);
        return Sheet.of(title, new Part.Way(heading, new Link(url, "Go on", false)));
    }

    private Answer failed(Visit visit, OpenIdException e) {
        int status = e.isOfProvider() ? BAD_GATEWAY : REFUSED;
        if (e.isOfProvider()) {
            audit.atProvider(visit, "", status);
        } else {
            audit.refusedAtProvider(visit, "", status, DenialReason.TOKEN);
        }
        return page.failed(visit, status, "", Words.sentence(e.getMessage()));
    }

    private static String back(Visit visit) {
        return ours(visit, Places.BACK_FROM_PROVIDER)
                .orElseThrow(() -> RegistryException.queryInvalid("the request names no host"));
    }

    /** Our own URL of a path, as the browser knows it. */
    private static Optional<String> ours(Visit visit, String path) {
        return ClientUrl.of(visit.http()).map(url -> url.scheme() + "://" + url.host() + path);
    }
}
