package org.fedoraproject.registry.console;

import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.fedoraproject.registry.testing.Logins;
import org.fedoraproject.registry.testing.Reply;

/** A browser without a window: it keeps cookies, and sends forms as a browser does. Cookies are for all ports of a host. */
final class Visitor implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("name=\"form-token\" value=\"([^\"]+)\"");

    private final CookieManager cookies = new CookieManager();
    private final String scheme;
    private final HttpClient http;

    /** Names and values of headers of each request. */
    private final String[] always;

    private int port;

    /** @param always names and values of headers of each request */
    Visitor(int port, String... always) {
        this("http", HttpClient.newBuilder(), port, always);
    }

    /** One who uses TLS. */
    Visitor(SSLContext context, int port) {
        this("https", HttpClient.newBuilder().sslContext(context), port);
    }

    private Visitor(String scheme, HttpClient.Builder http, int port, String... always) {
        this.scheme = scheme;
        this.http =
                http.version(HttpClient.Version.HTTP_1_1).cookieHandler(cookies).build();
        this.port = port;
        this.always = always.clone();
    }

    /** Goes on at another instance. */
    void turnTo(int other) {
        port = other;
    }

    String origin() {
        return scheme + "://127.0.0.1:" + port;
    }

    /** The value of a cookie; empty if there is none. */
    String cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(each -> each.getName().equals(name))
                .map(each -> each.getValue())
                .findFirst()
                .orElse("");
    }

    /** @param headers names and values */
    Reply get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.GET());
    }

    /** The token of the first form on a page; empty if there is none. */
    String token(String path) throws Exception {
        Matcher token = TOKEN.matcher(get(path).text());
        return token.find() ? token.group(1) : "";
    }

    /** @param headers names and values */
    Reply post(Command command, Map<String, String> fields, String... headers) throws Exception {
        List<String> pairs = new ArrayList<>();
        fields.forEach((name, value) -> pairs.add(escape(name) + "=" + escape(value)));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin() + command.path()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(String.join("&", pairs)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** Sends a form of a page, as a browser does. */
    Reply send(Command command, Map<String, String> fields) throws Exception {
        Map<String, String> all = new TreeMap<>(fields);
        all.put(FormToken.FIELD, token(command.needsSession() ? Places.ROOT : Places.SIGN_IN));
        return post(command, all, "Origin", origin());
    }

    /** @param origin of the page, as the browser knows it */
    Reply signOut(String origin) throws Exception {
        return post(Command.SIGN_OUT, Map.of(FormToken.FIELD, token(Places.ROOT)), "Origin", origin);
    }

    Reply signIn(String user) throws Exception {
        return signIn(user, Logins.PASSWORD, "");
    }

    Reply signIn(String user, String password, String next) throws Exception {
        return send(Command.SIGN_IN, Map.of("user", user, "password", password, "next", next));
    }

    private Reply send(HttpRequest.Builder request) throws Exception {
        if (always.length > 0) {
            request.headers(always);
        }
        return Reply.of(http.send(request.build(), BodyHandlers.ofByteArray()));
    }

    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
