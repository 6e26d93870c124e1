package org.fedoraproject.registry.clients;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import jakarta.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
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
 * An OpenID provider with Keycloak's paths: it asks for a name and believes it, and has one public client, to which it gives
 * tokens for the authorization code flow with PKCE.
 */
final class OpenIdProvider implements AutoCloseable {
    static final String CLIENT = "wildfly-console";

    private static final String REALM = "/realms/registry";
    private static final String OPENID = REALM + "/protocol/openid-connect";

    private final HttpsServer server;
    private final PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
    private final Map<String, User> users = new ConcurrentHashMap<>();
    private final Map<String, Login> logins = new ConcurrentHashMap<>();

    /**
     * @param roles of the client {@code audience}
     * @param audience for whom this user's tokens are
     */
    record User(List<String> roles, String audience) {}

    /** What is known between the code and the token. */
    private record Login(String name, String nonce, String challenge) {}

    OpenIdProvider(SSLContext context) throws IOException, JoseException {
        key.setKeyId("first");
        key.setUse("sig");
        key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        // a browser also opens connections on which it asks for nothing yet
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(REALM + "/.well-known/openid-configuration", exchange -> json(exchange, discovery()));
        server.createContext(OPENID + "/certs", this::keys);
        server.createContext(OPENID + "/auth", this::authorize);
        server.createContext(OPENID + "/token", this::token);
        server.createContext(REALM + "/account", exchange -> json(exchange, "{}"));
        // where the browser keeps no cookies of others, the console does not watch the session here
        server.createContext(
                OPENID + "/3p-cookies",
                exchange -> html(exchange, "<script>parent.postMessage('unsupported', '*')</script>"));
        server.start();
    }

    String origin() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    /** What the issuer is called, and below which it all is. */
    String url() {
        return origin() + REALM;
    }

    void add(String name, User user) {
        users.put(name, user);
    }

    /** An access token as the console gets one. */
    String accessToken(String name) throws JoseException {
        return sign(claims(name, users.get(name).audience(), "Bearer"), key);
    }

    /** One like it, whose signature is by another key that says it is ours. */
    String forgedToken(String name) throws JoseException {
        PublicJsonWebKey other = RsaJwkGenerator.generateJwk(2048);
        other.setKeyId(key.getKeyId());
        return sign(claims(name, users.get(name).audience(), "Bearer"), other);
    }

    private String discovery() {
        return Json.createObjectBuilder()
                .add("issuer", url())
                .add("authorization_endpoint", origin() + OPENID + "/auth")
                .add("token_endpoint", origin() + OPENID + "/token")
                .add("end_session_endpoint", origin() + OPENID + "/logout")
                .add("jwks_uri", origin() + OPENID + "/certs")
                .build()
                .toString();
    }

    private void keys(HttpExchange exchange) throws IOException {
        json(exchange, new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY));
    }

    /** A form that asks for the name, and then the way back with a code. */
    private void authorize(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        Map<String, String> asked = parameters(query);
        if (!asked.getOrDefault("client_id", "").equals(CLIENT)
                || !asked.getOrDefault("code_challenge_method", "").equals("S256")) {
            exchange.sendResponseHeaders(400, -1);
        } else if (exchange.getRequestMethod().equals("GET")) {
            html(
                    exchange,
                    "<form method='post' action='?" + query.replace("'", "%27").replace("&", "&amp;")
                            + "'><input id='username' name='username'><button id='login'>Sign in</button></form>");
        } else {
            String name = parameters(body(exchange)).get("username");
            String code = UUID.randomUUID().toString();
            logins.put(code, new Login(name, asked.getOrDefault("nonce", ""), asked.get("code_challenge")));
            String redirect = asked.get("redirect_uri");
            int fragment = redirect.indexOf('#');
            String page = fragment < 0 ? redirect : redirect.substring(0, fragment);
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            page + (page.contains("?") ? "&" : "?") + "code=" + code + "&state="
                                    + URLEncoder.encode(asked.get("state"), StandardCharsets.UTF_8)
                                    + (fragment < 0 ? "" : redirect.substring(fragment)));
            exchange.sendResponseHeaders(302, -1);
        }
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("OPTIONS")) {
            json(exchange, "");
            return;
        }
        Map<String, String> form = parameters(body(exchange));
        Login login = logins.remove(form.getOrDefault("code", ""));
        if (login == null || !challenge(form.getOrDefault("code_verifier", "")).equals(login.challenge())) {
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
        }
        try {
            JwtClaims id = claims(login.name(), CLIENT, "ID");
            id.setStringClaim("nonce", login.nonce());
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

    private JwtClaims claims(String name, String audience, String type) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(url());
        claims.setSubject("id-of-" + name);
        claims.setAudience(audience);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(5);
        claims.setStringClaim("typ", type);
        claims.setStringClaim("azp", CLIENT);
        claims.setStringClaim("preferred_username", name);
        User user = users.get(name);
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

    private static void json(HttpExchange exchange, String text) throws IOException {
        answer(exchange, "application/json", text);
    }

    private static void html(HttpExchange exchange, String text) throws IOException {
        answer(exchange, "text/html", text);
    }

    /** For pages of other origins as well (CORS). */
    private static void answer(HttpExchange exchange, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin == null ? "*" : origin);
        exchange.getResponseHeaders().set("Access-Control-Allow-Credentials", "true");
        exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "authorization, content-type");
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
