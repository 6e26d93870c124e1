package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedoraproject.registry.limit.FormFields;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.token.IdTokens;
import org.fedoraproject.registry.token.InvalidTokenException;
import org.fedoraproject.registry.token.Tokens;
import org.jboss.logging.Logger;

/**
 * Signs people in at an OpenID provider, by the authorization code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC
 * 7636; RFC 9700). The browser keeps what belongs to a sign-in under way, as a signed text, so that any instance can
 * end it.
 *
 * <p>Not by WildFly's elytron-oidc-client: it is the one way to sign in to a whole deployment, and so to the API as
 * well, and keeps the provider's tokens in an HTTP session of the instance or in cookies without a signature. Jakarta
 * Security's mechanism keeps the caller in an HTTP session, too, and the server does not have it.
 */
@Singleton
public class OpenIdSignIn {
    private static final Logger LOG = Logger.getLogger(OpenIdSignIn.class);

    /** How long a person may stay at the provider. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    /** So many threads may wait for the provider. */
    private static final int MAX_AT_ONCE = 4;

    private static final int RANDOM_BYTES = 32;
    private static final int MAX_NAME = 255;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final OpenIdConfig config;
    private final Tokens tokens;
    private final ProviderKeys keys;
    private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);
    private volatile String fault = "";

    /**
     * A sign-in that is under way.
     *
     * @param location where the browser goes
     * @param kept what the browser keeps meanwhile
     */
    public record Begun(String location, String kept) {}

    /**
     * A sign-in that the provider has confirmed.
     *
     * @param caller with all groups that the provider names
     * @param next the page to go to
     */
    public record Ended(Caller.Federated caller, String next) {}

    @Inject
    public OpenIdSignIn(OpenIdConfig config, Tokens tokens) {
        this(config, tokens, ProviderKeys.RETRY);
    }

    /** @param retry how soon the provider's keys are asked for again */
    OpenIdSignIn(OpenIdConfig config, Tokens tokens, Duration retry) {
        this.config = config;
        this.tokens = tokens;
        this.keys = new ProviderKeys(retry);
    }

    /** The text of the button; empty if nobody can sign in at a provider. */
    public Optional<String> button() {
        return config.issuer().map(issuer -> config.button().orElse("Sign in at " + issuer.getHost()));
    }

    /**
     * Begins a sign-in.
     *
     * @param back the URL to which the provider sends the browser back
     * @param next the page to go to after the sign-in
     */
    public Begun begin(String back, String next) throws OpenIdException {
        URI provider = ask(client -> ProviderMetadata.fetch(issuer(), client)).authorization();
        var begun = new Tokens.SignIn(random(), random(), random(), next);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", clientId());
        query.put("redirect_uri", back);
        query.put("scope", config.scope());
        query.put("state", begun.state());
        query.put("nonce", begun.nonce());
        query.put("code_challenge", base64(sha256(begun.verifier())));
        query.put("code_challenge_method", "S256");
        return new Begun(with(provider, query), tokens.issueSignIn(begun, PATIENCE));
    }

    /**
     * Ends a sign-in.
     *
     * @param kept by the browser; may be empty
     * @param answer with which the provider has sent the browser back
     * @param back as at the begin
     */
    public Ended end(String kept, FormFields answer, String back) throws OpenIdException {
        Tokens.SignIn begun = begun(kept, answer.first("state"));
        String other = answer.first("iss"); // RFC 9207
        if (!other.isEmpty() && !other.equals(issuer().toString())) {
            throw OpenIdException.refused("the answer is of another OpenID provider");
        }
        String error = answer.first("error");
        if (error.equals("access_denied")) {
            throw OpenIdException.refused("you have cancelled the sign-in, or the OpenID provider does not allow it");
        }
        String code = answer.first("code");
        if (!error.isEmpty() || code.isEmpty()) {
            String name = error.matches("[a-z_]{1,40}") ? error : "no code";
            throw failed(OpenIdException.ofProvider("the OpenID provider answers with " + name, null));
        }
        return new Ended(ask(client -> caller(client, begun, code, back)), begun.next());
    }

    /**
     * The URL at which a person signs out of the provider (OpenID Connect RP-Initiated Logout 1.0); empty if the
     * provider has none, or does not answer. It is without the ID token, which nobody keeps, so the provider may ask
     * the person.
     *
     * @param back the URL to which the provider sends the browser back
     */
    public Optional<String> signOut(String back) {
        if (config.issuer().isEmpty()) {
            return Optional.empty();
        }
        try {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("client_id", clientId());
            query.put("post_logout_redirect_uri", back);
            return ask(client -> ProviderMetadata.fetch(issuer(), client))
                    .endSession()
                    .map(url -> with(url, query));
        } catch (OpenIdException e) {
            return Optional.empty(); // it is in the log
        }
    }

    private Tokens.SignIn begun(String kept, String state) throws OpenIdException {
        try {
            Tokens.SignIn begun = tokens.verifySignIn(kept);
            if (MessageDigest.isEqual(sha256(begun.state()), sha256(state))) {
                return begun;
            }
        } catch (InvalidTokenException e) {
            // as with another state
        }
        throw OpenIdException.refused("this sign-in has not begun in this browser, or has taken longer than "
                + PATIENCE.toMinutes() + " minutes. Sign in again");
    }

    private Caller.Federated caller(ProviderClient client, Tokens.SignIn begun, String code, String back)
            throws OpenIdException {
        ProviderMetadata provider = ProviderMetadata.fetch(issuer(), client);
        JsonObject answer = client.json("the tokens", tokenRequest(provider, begun, code, back));
        var expected = new IdTokens.Expected(issuer().toString(), clientId(), begun.nonce(), config.clockSkew());
        Map<String, Object> claims = verify(client, provider, answer.getString("id_token", ""), expected);
        Map<String, ?> more = missesSome(claims) ? userInfo(client, provider, claims, answer) : Map.of();
        String name = texts(config.userClaim(), claims, more).findFirst().orElse("");
        if (name.isEmpty() || name.length() > MAX_NAME || !name.chars().allMatch(OpenIdSignIn::isVisible)) {
            throw OpenIdException.ofProvider(
                    "the OpenID provider gives you no user name: the claim " + config.userClaim(), null);
        }
        return new Caller.Federated(
                name,
                config.groupsClaim().stream()
                        .flatMap(claim -> texts(claim, claims, more))
                        .distinct()
                        .toList());
    }

    private HttpRequest.Builder tokenRequest(ProviderMetadata provider, Tokens.SignIn begun, String code, String back) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", back);
        form.put("code_verifier", begun.verifier());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(provider.token()).header("Content-Type", "application/x-www-form-urlencoded");
        Optional<String> secret = config.secret();
        if (secret.isPresent() && !provider.secretInBody()) {
            byte[] pair = (escape(clientId()) + ":" + escape(secret.get())).getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        } else {
            form.put("client_id", clientId());
            secret.ifPresent(known -> form.put("client_secret", known));
        }
        return request.POST(HttpRequest.BodyPublishers.ofString(encode(form)));
    }

    private Map<String, Object> verify(
            ProviderClient client, ProviderMetadata provider, String token, IdTokens.Expected expected)
            throws OpenIdException {
        try {
            return keys.forToken(token, client, provider.keys()).verify(token, expected, Instant.now());
        } catch (InvalidTokenException e) {
            throw OpenIdException.ofProvider("the OpenID provider's ID token is not accepted", e);
        }
    }

    private boolean missesSome(Map<String, Object> claims) {
        return !claims.containsKey(config.userClaim())
                || config.groupsClaim()
                        .filter(name -> !claims.containsKey(name))
                        .isPresent();
    }

    /** More claims of the same user (OpenID Connect Core 1.0, 5.3). */
    private static Map<String, ?> userInfo(
            ProviderClient client, ProviderMetadata provider, Map<String, Object> claims, JsonObject answer)
            throws OpenIdException {
        String token = answer.getString("access_token", "");
        if (provider.userInfo().isEmpty() || !token.matches("[A-Za-z0-9._~+/-]+=*")) {
            return Map.of();
        }
        JsonObject info = client.json(
                "the claims of the user",
                HttpRequest.newBuilder(provider.userInfo().get()).header("Authorization", "Bearer " + token));
        if (!info.getString("sub", "").equals(claims.get("sub"))) {
            throw OpenIdException.ofProvider("the OpenID provider's claims are of another user", null);
        }
        return info;
    }

    /** The texts of a claim, from the ID token if it is there. */
    private static Stream<String> texts(String claim, Map<String, Object> token, Map<String, ?> more) {
        Object value = token.containsKey(claim) ? token.get(claim) : more.get(claim);
        Stream<?> values = value instanceof List<?> several ? several.stream() : Stream.ofNullable(value);
        return values.flatMap(each -> switch (each) {
            case String text -> Stream.of(text);
            case JsonString text -> Stream.of(text.getString());
            default -> Stream.empty();
        });
    }

    /** Whether it may be in a name: the policy separates names by blanks. */
    private static boolean isVisible(int c) {
        return !Character.isWhitespace(c) && !Character.isSpaceChar(c) && !Character.isISOControl(c);
    }

    private interface Question<T> {
        T ask(ProviderClient client) throws OpenIdException;
    }

    private <T> T ask(Question<T> question) throws OpenIdException {
        if (!atOnce.tryAcquire()) {
            throw OpenIdException.ofProvider("too many sign-ins wait for the OpenID provider", null);
        }
        try (ProviderClient client = new ProviderClient(config.timeout())) {
            T answer = question.ask(client);
            fault = "";
            return answer;
        } catch (OpenIdException e) {
            throw failed(e);
        } finally {
            atOnce.release();
        }
    }

    /** Logs a failure, but not the same one again and again, because anybody can begin a sign-in. */
    private OpenIdException failed(OpenIdException e) {
        String why = e.getMessage()
                + (e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")");
        if (!why.equals(fault)) {
            fault = why;
            LOG.warnf("%s: %s", issuer(), why);
        }
        return e;
    }

    private URI issuer() {
        return config.issuer().orElseThrow();
    }

    private String clientId() {
        return config.client().orElseThrow();
    }

    private static String with(URI url, Map<String, String> query) {
        return url + (url.getRawQuery() == null ? "?" : "&") + encode(query);
    }

    private static String encode(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + escape(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return base64(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
