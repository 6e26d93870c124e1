package org.fedoraproject.registry.console;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * The cookies: the session, a random secret for the form to sign in, and what belongs to a sign-in at the OpenID
 * provider. Only the last one is sent when another site leads here, because the provider sends the browser back. Over
 * TLS their names begin with {@code __Host-}, so that no other host of the domain can set them (RFC 6265bis, 4.1.3.2).
 */
enum Cookies {
    SESSION("registry-console", "Strict"),
    SECRET("registry-console-form", "Strict"),
    PROVIDER("registry-console-provider", "Lax");

    private static final int SECRET_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final String sameSite;

    Cookies(String name, String sameSite) {
        this.name = name;
        this.sameSite = sameSite;
    }

    private String name(HttpServletRequest request) {
        return request.isSecure() ? "__Host-" + name : name;
    }

    /** Empty if there is none, or more than one. */
    String of(HttpServletRequest request) {
        Cookie[] all = request.getCookies();
        String wanted = name(request);
        var found = Stream.of(all == null ? new Cookie[0] : all)
                .filter(each -> each.getName().equals(wanted))
                .map(Cookie::getValue)
                .toList();
        return found.size() == 1 ? found.getFirst() : "";
    }

    void set(HttpServletRequest request, HttpServletResponse response, String value, Duration age) {
        response.addHeader(
                "Set-Cookie",
                name(request) + "=" + value + "; Path=/; Max-Age=" + age.toSeconds() + "; HttpOnly; SameSite="
                        + sameSite + (request.isSecure() ? "; Secure" : ""));
    }

    void clear(HttpServletRequest request, HttpServletResponse response) {
        set(request, response, "", Duration.ZERO);
    }

    /** Something that nobody can guess. */
    static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
