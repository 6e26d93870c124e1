package org.fedoraproject.registry.auth;

import java.net.URI;
import java.time.Duration;
import org.fedoraproject.registry.token.IdTokens;
import org.fedoraproject.registry.token.InvalidTokenException;

/** Remembers the keys of the OpenID provider for some minutes. They are fetched sooner for a token of an unknown key. */
final class ProviderKeys {
    /** Whoever brings tokens of unknown keys cannot make us ask more often. */
    static final Duration RETRY = Duration.ofSeconds(10);

    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final Duration retry;
    private volatile Known known;

    /** @param time by {@link System#nanoTime} */
    private record Known(IdTokens tokens, URI url, long time) {
        boolean isOlderThan(Duration age) {
            return System.nanoTime() - time >= age.toNanos();
        }
    }

    ProviderKeys(Duration retry) {
        this.retry = retry;
    }

    IdTokens forToken(String token, ProviderClient client, URI url) throws OpenIdException, InvalidTokenException {
        Known now = known;
        if (now == null
                || !now.url().equals(url)
                || now.isOlderThan(MAX_AGE)
                || now.isOlderThan(retry) && !now.tokens().haveKeyFor(token)) {
            now = fetch(client, url);
            known = now;
        }
        return now.tokens();
    }

    private static Known fetch(ProviderClient client, URI url) throws OpenIdException {
        try {
            return new Known(IdTokens.of(client.text("its keys", url)), url, System.nanoTime());
        } catch (IllegalArgumentException e) {
            throw OpenIdException.ofProvider("the OpenID provider's keys are not what they should be", e);
        }
    }
}
