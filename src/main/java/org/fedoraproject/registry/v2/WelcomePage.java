package org.fedoraproject.registry.v2;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.fedoraproject.registry.http.ClientUrl;

/**
 * The page that a browser shows at {@code /}: commands with the address that the client used. It has no script and
 * loads nothing.
 */
final class WelcomePage {
    private static final String TEMPLATE = "welcome.html";
    private static final String STYLE = "<style>";

    private final String template;
    private final String policy;

    WelcomePage() {
        try (InputStream in = WelcomePage.class.getResourceAsStream(TEMPLATE)) {
            template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        policy = "default-src 'none'; style-src 'sha256-" + hash(style()) + "'; base-uri 'none'; form-action 'none';"
                + " frame-ancestors 'none'";
    }

    /** The {@code Content-Security-Policy}. It allows only the style in the page. */
    String policy() {
        return policy;
    }

    String of(ClientUrl url) {
        boolean plain = !url.isSecure();
        boolean local = plain && url.isLoopback();
        String page = when(when(template, "plain", plain && !local), "local", local);
        return page.replace("{host}", url.registry())
                .replace("{podman}", local ? " --tls-verify=false" : "")
                .replace("{skopeo-to}", local ? " --dest-tls-verify=false" : "")
                .replace("{skopeo-from}", local ? " --src-tls-verify=false" : "");
    }

    /** Keeps or removes the text between {@code {name}} and {@code {/name}}. */
    private static String when(String page, String name, boolean keep) {
        String begin = "{" + name + "}";
        String end = "{/" + name + "}";
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        String kept = keep ? page.substring(from + begin.length(), to) : "";
        return page.substring(0, from) + kept + page.substring(to + end.length());
    }

    private String style() {
        int from = template.indexOf(STYLE) + STYLE.length();
        return template.substring(from, template.indexOf("</style>"));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
