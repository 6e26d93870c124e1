package org.fedoraproject.registry.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The field by which a form shows that a page of this browser made it. It is made of a cookie, which no other site can
 * read, and does not reveal it.
 */
final class FormToken {
    static final String FIELD = "form-token";

    private FormToken() {}

    static String of(String secret) {
        byte[] text = ("form " + secret).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256().digest(text));
    }

    /** Whether the token is of this secret, which is not empty. */
    static boolean matches(String secret, String token) {
        return !secret.isEmpty()
                && MessageDigest.isEqual(
                        of(secret).getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
