package org.fedoraproject.registry.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Caches verification results for a short time, keyed by a digest of the credentials, salted anew in each process. The
 * credentials are not kept.
 */
public final class CredentialCache<T> {
    private static final int MAX_ENTRIES = 10_000;
    private static final int SALT_BYTES = 32;

    private final byte[] salt = new byte[SALT_BYTES];
    private final Map<String, Entry<T>> entries = new ConcurrentHashMap<>();

    /** @param until by {@link System#nanoTime} */
    private record Entry<T>(T value, long until) {
        boolean isOver() {
            return System.nanoTime() - until > 0;
        }
    }

    public CredentialCache() {
        new SecureRandom().nextBytes(salt);
    }

    public Optional<T> get(String credentials) {
        Entry<T> entry = entries.get(key(credentials));
        return entry == null || entry.isOver() ? Optional.empty() : Optional.of(entry.value());
    }

    public void put(String credentials, T value, Duration lifetime) {
        if (entries.size() >= MAX_ENTRIES) {
            entries.values().removeIf(Entry::isOver);
            if (entries.size() >= MAX_ENTRIES) {
                entries.clear();
            }
        }
        entries.put(key(credentials), new Entry<>(value, System.nanoTime() + lifetime.toNanos()));
    }

    int size() {
        return entries.size();
    }

    private String key(String credentials) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return HexFormat.of().formatHex(digest.digest(credentials.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
