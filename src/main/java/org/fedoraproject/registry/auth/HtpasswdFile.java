package org.fedoraproject.registry.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.token.CredentialCache;
import org.jboss.logging.Logger;

/** The users of an htpasswd file, as read at one time. */
final class HtpasswdFile {
    private static final Logger LOG = Logger.getLogger(HtpasswdFile.class);

    /** Spares slow hashing, as clients send the password with each request. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    /** SHA-crypt's time grows with the square of the length. */
    private static final int MAX_LENGTH = 256;

    private final Map<String, Entry> entries;
    private final List<Entry> all;
    private final CredentialCache<Boolean> right = new CredentialCache<>();

    /** @param version changes with the password, and reveals nothing of it */
    private record Entry(PasswordHash hash, String version) {}

    private HtpasswdFile(Map<String, Entry> entries) {
        this.entries = entries;
        this.all = List.copyOf(entries.values());
    }

    /** Takes the users on valid lines, and logs the others without their hashes. */
    static HtpasswdFile read(String text) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<String> refused = new ArrayList<>();
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            int colon = line.indexOf(':');
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (colon < 1) {
                refused.add("line " + (i + 1) + " is not NAME:HASH");
                continue;
            }
            try {
                String hash = line.substring(colon + 1);
                String version =
                        Digest.of(line.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
                entries.put(line.substring(0, colon), new Entry(PasswordHash.parse(hash), version));
            } catch (IllegalArgumentException e) {
                refused.add("line " + (i + 1) + ", " + line.substring(0, colon) + ": " + e.getMessage());
            }
        }
        refused.forEach(said -> LOG.errorf("registry.auth.passwords: %s; this user cannot log in", said));
        return new HtpasswdFile(entries);
    }

    /** Whether the password is the user's. An unknown user takes as long as a known one. */
    boolean verify(String user, String password) {
        if (user.length() > MAX_LENGTH || password.length() > MAX_LENGTH || all.isEmpty()) {
            return false;
        }
        if (isRemembered(user, password)) {
            return true;
        }
        Entry entry = entries.get(user);
        Entry compared = entry == null ? all.get(Math.floorMod(user.hashCode(), all.size())) : entry;
        boolean verified = compared.hash().verify(password) && entry != null;
        if (verified) {
            right.put(credentials(user, password), true, REMEMBERED);
        }
        return verified;
    }

    /** Whether {@link #verify} recently accepted this, and would do so at once. */
    boolean isRemembered(String user, String password) {
        return right.get(credentials(user, password)).isPresent();
    }

    /** A value that changes with the user's password; empty if there is no such user. */
    Optional<String> version(String user) {
        return Optional.ofNullable(entries.get(user)).map(Entry::version);
    }

    /** Unambiguous, as a user's name has no colon. */
    private static String credentials(String user, String password) {
        return user + ":" + password;
    }
}
