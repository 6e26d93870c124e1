package org.fedoraproject.registry.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Md5Crypt;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.wildfly.security.password.Password;
import org.wildfly.security.password.PasswordFactory;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.util.ModularCrypt;

/**
 * A password hash of an htpasswd file: bcrypt, or SHA-crypt or Apache's MD5 in old files; nothing weaker. Elytron
 * verifies a hash, but has no realm that reads such files.
 */
sealed interface PasswordHash {
    String NO_HASH = "neither bcrypt nor SHA-crypt nor apr1; use htpasswd -B";

    boolean verify(String password);

    /** @throws IllegalArgumentException if the hash is not accepted; the message does not contain it */
    static PasswordHash parse(String text) {
        return text.startsWith("$2") ? Bcrypt.of(text) : Crypt.of(text);
    }

    /** By Elytron. */
    record Bcrypt(PasswordFactory factory, Password password) implements PasswordHash {
        private static final Provider[] PROVIDERS = {WildFlyElytronPasswordProvider.getInstance()};

        private static final Pattern FORM = Pattern.compile("\\$2[axy]?\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");
        /** A higher cost takes seconds, and a thread for as long. */
        private static final int MAX_COST = 15;

        private static Bcrypt of(String text) {
            require(FORM.matcher(text), MAX_COST);
            try {
                Password decoded = ModularCrypt.decode(text);
                PasswordFactory factory = PasswordFactory.getInstance(decoded.getAlgorithm(), () -> PROVIDERS);
                return new Bcrypt(factory, factory.translate(decoded));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new IllegalArgumentException("a broken hash", e);
            }
        }

        @Override
        public boolean verify(String guess) {
            try {
                return factory.verify(password, guess.toCharArray());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a hash that was read cannot be verified", e);
            }
        }
    }

    /**
     * SHA-crypt, and Apache's variant of MD5-crypt, by commons-codec. Elytron has SHA-crypt too, but does not recognize
     * some of htpasswd's hashes.
     */
    record Crypt(String text) implements PasswordHash {
        private static final Pattern FORM = Pattern.compile("\\$(?:apr1\\$[./A-Za-z0-9]{1,8}\\$[./A-Za-z0-9]{22}"
                + "|5\\$(?:rounds=[0-9]{4,9}\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{43}"
                + "|6\\$(?:rounds=[0-9]{4,9}\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{86})");
        private static final Pattern ROUNDS = Pattern.compile(".*\\$rounds=([0-9]+)\\$.*");
        private static final int MAX_ROUNDS = 1_000_000;

        private static Crypt of(String text) {
            if (!FORM.matcher(text).matches()) {
                throw new IllegalArgumentException(NO_HASH);
            }
            Matcher rounds = ROUNDS.matcher(text);
            if (rounds.matches()) {
                require(rounds, MAX_ROUNDS);
            }
            return new Crypt(text);
        }

        @Override
        public boolean verify(String guess) {
            byte[] secret = guess.getBytes(StandardCharsets.UTF_8);
            String computed = switch (text.charAt(1)) {
                case '5' -> Sha2Crypt.sha256Crypt(secret, text);
                case '6' -> Sha2Crypt.sha512Crypt(secret, text);
                default -> Md5Crypt.apr1Crypt(secret, text);
            };
            return MessageDigest.isEqual(
                    computed.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "apr1"; // a hash is a secret
        }
    }

    /** Requires the form, and at most this cost in the first group. */
    private static void require(Matcher hash, int most) {
        if (!hash.matches()) {
            throw new IllegalArgumentException(NO_HASH);
        }
        if (Integer.parseInt(hash.group(1)) > most) {
            throw new IllegalArgumentException("a hash that takes too long, by " + hash.group(1) + ": at most " + most);
        }
    }
}
