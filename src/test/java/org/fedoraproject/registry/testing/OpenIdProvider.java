package org.fedoraproject.registry.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/**
 * A mock of an OpenID provider, with Keycloak's paths: it asks for a name and believes it, and has one client, to which it
 * gives tokens for the authorization code flow with PKCE. It can be made to fail.
 */
public final class OpenIdProvider implements AutoCloseable {
    /** How it answers. */
    public enum Mood {
        WELL,
        /** With 503. */
        BUSY,
        /** With no JSON. */
        CONFUSED,
        /** With more than anybody should read. */
        ENDLESS,
        /** With the begin of an answer, and then nothing until it is closed. */
        SILENT
    }

    private static final String REALM = "/realms/registry";
    private static final String OPENID = REALM + "/protocol/openid-connect";

    /** The first key of each provider, because it takes long to make one. */
    private static PublicJsonWebKey first;

    private final HttpServer server;
    private final String scheme;
    private final String client;
    private final AtomicInteger keysAsked = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile PublicJsonWebKey key = first();
    private volatile PublicJsonWebKey published = key;
    private volatile Mood mood = Mood.WELL;
    private volatile String secret = "";
    private volatile String signOut = OPENID + "/logout";
    private volatile Consumer<JwtClaims> change = claims -> {};
    private final Map<String, User> users = new ConcurrentHashMap<>();
    private final Map<String, Login> logins = new ConcurrentHashMap<>();

    /**
     * @param roles of the client {@code audience}, and groups
     * @param audience for whom this user's tokens are
     */
    public record User(List<String> roles, String audience) {}

    /** What is known between the code and the token. */
    private record Login(String name, String nonce, String challenge, String redirect) {}

    /** One without TLS, for clients of this host. */
    public OpenIdProvider(String client) throws IOException, JoseException {
        this(client, "http", HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    public static OpenIdProvider withTls(String client, SSLContext context) throws IOException, JoseException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new OpenIdProvider(client, "https", server);
    }

    private OpenIdProvider(String client, String scheme, HttpServer server) throws JoseException {
        this.client = client;
        this.scheme = scheme;
        this.server = server;
        // a browser also opens connections on which it asks for nothing yet
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(REALM + "/.well-known/openid-configuration", exchange -> json(exchange, discovery()));
        server.createContext(OPENID + "/userinfo", this::userInfo);
        server.createContext(OPENID + "/certs", this::keys);
        server.createContext(OPENID + "/auth", this::authorize);
        server.createContext(OPENID + "/token", this::token);
        server.createContext(OPENID + "/logout", this::signOut);
        server.createContext(REALM + "/account", exchange -> json(exchange, "{}"));
        // where the browser keeps no cookies of others, the console does not watch the session here
        server.createContext(
                OPENID + "/3p-cookies",
                exchange -> html(exchange, "<script>parent.postMessage('unsupported', '*')</script>"));
        server.start();
    }

    private static synchronized PublicJsonWebKey first() throws JoseException {
        if (first == null) {
            first = key("first");
        }
        return first;
    }

    private static PublicJsonWebKey key(String id) throws JoseException {
        PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId(id);
        key.setUse("sig");
        key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
        return key;
    }

    public void turn(Mood next) {
        mood = next;
    }

    /** Takes codes only from a client that has this secret. */
    public void require(String wanted) {
        secret = wanted;
    }

    /**
     * Where it says that one signs out.
     *
     * @param path empty if it does not say so
     */
    public void signOutAt(String path) {
        signOut = path;
    }

    /** Changes each ID token before it is signed. */
    public void change(Consumer<JwtClaims> by) {
        change = by;
    }

    /**
     * Signs with another key from now on.
     *
     * @param isPublished whether it tells of that key
     */
    public void rotate(String id, boolean isPublished) throws JoseException {
        key = key(id);
        published = isPublished ? key : published;
    }

    /** How often its keys have been fetched. */
    public int keysAsked() {
        return keysAsked.get();
    }

    /**
     * Says who one is, on the page to which a client has sent the browser.
     *
     * @param name empty to cancel
     * @return where the browser is sent then
     */
    public URI signIn(String page, String name) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest form = HttpRequest.newBuilder(URI.create(page))
                    .POST(HttpRequest.BodyPublishers.ofString("username=" + name))
                    .build();
            return URI.create(http.send(form, HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("Location")
                    .orElseThrow());
        }
    }

    public String origin() {
        return scheme + "://localhost:" + server.getAddress().getPort();
    }

    /** What the issuer is called, and below which it all is. */
    public String url() {
        return origin() + REALM;
    }

    public void add(String name, User user) {
        users.put(name, user);
    }

    /** An access token as the console gets one. */
    public String accessToken(String name) throws JoseException {
        return sign(claims(name, user(name).audience(), "Bearer"), key);
    }

    /** One like it, whose signature is by another key that says it is ours. */
    public String forgedToken(String name) throws JoseException {
        PublicJsonWebKey other = RsaJwkGenerator.generateJwk(2048);
        other.setKeyId(key.getKeyId());
        return sign(claims(name, user(name).audience(), "Bearer"), other);
    }

    /** Whoever has not been added is a user without roles. */
    private User user(String name) {
        return users.getOrDefault(name, new User(List.of(), client));
    }

    private String discovery() {
        JsonObjectBuilder said = Json.createObjectBuilder()
                .add("issuer", url())
                .add("authorization_endpoint", origin() + OPENID + "/auth")
                .add("token_endpoint", origin() + OPENID + "/token")
                .add("userinfo_endpoint", origin() + OPENID + "/userinfo")
                .add("jwks_uri", origin() + OPENID + "/certs");
        if (!signOut.isEmpty()) {
            said.add("end_session_endpoint", origin() + signOut);
        }
        return said.build().toString();
    }

    private void keys(HttpExchange exchange) throws IOException {
        keysAsked.incrementAndGet();
        json(exchange, new JsonWebKeySet(published).toJson(OutputControlLevel.PUBLIC_ONLY));
    }

    /** A form that asks for the name, and then the way back with a code. */
    private void authorize(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        Map<String, String> asked = parameters(query);
        if (!asked.getOrDefault("client_id", "").equals(client)
                || !asked.getOrDefault("code_challenge_method", "").equals("S256")) {
            exchange.sendResponseHeaders(400, -1);
        } else if (exchange.getRequestMethod().equals("GET")) {
            html(
                    exchange,
                    "<form method='post' action='?" + query.replace("'", "%27").replace("&", "&amp;")
                            + "'><input id='username' name='username'><button id='login'>Sign in</button></form>");
        } else {
            String name = parameters(body(exchange)).getOrDefault("username", "");
            String code = UUID.randomUUID().toString();
            String redirect = asked.get("redirect_uri");
            logins.put(code, new Login(name, asked.getOrDefault("nonce", ""), asked.get("code_challenge"), redirect));
            int fragment = redirect.indexOf('#');
            String page = fragment < 0 ? redirect : redirect.substring(0, fragment);
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            page + (page.contains("?") ? "&" : "?")
                                    + (name.isEmpty() ? "error=access_denied" : "code=" + code) + "&state="
                                    + URLEncoder.encode(asked.get("state"), StandardCharsets.UTF_8)
                                    + (fragment < 0 ? "" : redirect.substring(fragment)));
            exchange.sendResponseHeaders(302, -1);
        }
        exchange.close();
    }

    /** A link that leads back. A real one forgets its own session, and this one has none. */
    private void signOut(HttpExchange exchange) throws IOException {
        Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
        if (asked.getOrDefault("client_id", "").equals(client)) {
            html(exchange, "<a href='" + asked.get("post_logout_redirect_uri") + "'>Sign out here, too</a>");
        } else {
            answer(exchange, "text/plain", 400, "of no client");
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("OPTIONS")) {
            json(exchange, "");
            return;
        }
        Map<String, String> form = parameters(body(exchange));
        Login login = logins.remove(form.getOrDefault("code", ""));
        String pair = client + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8); // RFC 6749, 2.3.1
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        if (login == null
                || !challenge(form.getOrDefault("code_verifier", "")).equals(login.challenge())
                || !login.redirect().equals(form.get("redirect_uri"))
                || !secret.isEmpty()
                        && !("Basic " + basic)
                                .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, "application/json", 400, "{\"error\": \"invalid_grant\"}");
            return;
        }
        try {
            JwtClaims id = claims(login.name(), client, "ID");
            id.setStringClaim("nonce", login.nonce());
            change.accept(id);
            json(
                    exchange,
                    Json.createObjectBuilder()
                            .add("access_token", accessToken(login.name()))
                            .add("id_token", sign(id, key))
                            .add("refresh_token", sign(claims(login.name(), url(), "Refresh"), key))
                            .add("token_type", "Bearer")
                            .add("expires_in", 300)
                            .build()
                            .toString());
        } catch (JoseException e) {
            throw new IOException(e);
        }
    }

    private void userInfo(HttpExchange exchange) throws IOException {
        json(exchange, "{\"sub\": \"id-of-jane\", \"nickname\": \"jane.doe\"}");
    }

    private JwtClaims claims(String name, String audience, String type) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(url());
        claims.setSubject("id-of-" + name);
        claims.setAudience(audience);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(5);
        claims.setStringClaim("typ", type);
        claims.setStringClaim("azp", client);
        claims.setStringClaim("preferred_username", name);
        User user = user(name);
        claims.setStringListClaim("groups", user.roles());
        claims.setClaim("resource_access", Map.of(user.audience(), Map.of("roles", user.roles())));
        return claims;
    }

    private static String sign(JwtClaims claims, PublicJsonWebKey key) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }

    /** RFC 7636, 4.2 */
    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> parameters(String encoded) {
        return Arrays.stream(encoded.split("&"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(
                        pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8), (a, b) -> b));
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void json(HttpExchange exchange, String text) throws IOException {
        switch (mood) {
            case WELL -> answer(exchange, "application/json", 200, text);
            case BUSY -> answer(exchange, "application/json", 503, "{}");
            case CONFUSED -> answer(exchange, "text/html", 200, "<html>");
            case ENDLESS -> answer(exchange, "application/json", 200, "[" + " ".repeat(1 << 20) + "]");
            case SILENT -> silent(exchange);
        }
    }

    private void silent(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void html(HttpExchange exchange, String text) throws IOException {
        answer(exchange, "text/html", 200, text);
    }

    /** For pages of other origins as well (CORS). */
    private static void answer(HttpExchange exchange, String type, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin == null ? "*" : origin);
        exchange.getResponseHeaders().set("Access-Control-Allow-Credentials", "true");
        exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "authorization, content-type");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
    }
}
