package org.fedoraproject.registry.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.Md5Crypt;

/** Users for a test, made without Apache's program. */
final class Htpasswd {
    private static final String PASSWORD = "pass word";

    private Htpasswd() {}

    static String of(String... users) {
        return Stream.of(users)
                .map(user -> user + ":" + Md5Crypt.apr1Crypt(PASSWORD.getBytes(StandardCharsets.UTF_8)) + "\n")
                .collect(Collectors.joining());
    }

    /** The value of {@code Authorization} for one of them. */
    static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }
}
