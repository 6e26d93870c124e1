package org.fedoraproject.registry.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fedoraproject.registry.config.SecretDirectory;
import org.jboss.logging.Logger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/**
 * The keys that sign our tokens, in a directory that all instances share. Each has a period in which it signs; it is made a
 * period ahead, so that every instance knows it by then, and stays until the last of its tokens has ended.
 */
@Singleton
public class TokenKeys {
    private static final Logger LOG = Logger.getLogger(TokenKeys.class);

    private static final String KEY = "registry.auth.token-keys";
    private static final String SUFFIX = ".jwk";

    private final Optional<SecretDirectory> directory;
    private final Duration rotation;
    /** How long after its period a key may still be needed. */
    private final Duration remainder;

    private final Clock clock;
    private volatile Keys keys = new Keys(new TreeMap<>(), Map.of());
    private String fault = "";

    /** By the start of their periods, and by their ids. */
    record Keys(TreeMap<Instant, PublicJsonWebKey> byStart, Map<String, PublicJsonWebKey> byId) {
        Optional<PublicJsonWebKey> find(String id) {
            return Optional.ofNullable(id).map(byId::get);
        }
    }

    @Inject
    public TokenKeys(AuthConfig config) {
        this(config, Clock.systemUTC());
    }

    TokenKeys(AuthConfig config, Clock clock) {
        this.directory = config.tokenKeys().map(name -> new SecretDirectory(KEY, name));
        this.rotation = config.keyRotation();
        Duration lifetime = config.tokenLifetime().compareTo(config.refreshLifetime()) > 0
                ? config.tokenLifetime()
                : config.refreshLifetime();
        this.remainder = lifetime.plus(config.clockSkew());
        this.clock = clock;
        look();
        if (directory.isPresent() && keys.byStart().isEmpty()) {
            throw new IllegalArgumentException(KEY + ": " + fault);
        }
    }

    /** Whether we issue tokens at all. */
    boolean isOn() {
        return directory.isPresent();
    }

    /** The same object until keys come or go. */
    Keys current() {
        return keys;
    }

    /** The key that signs now. */
    PublicJsonWebKey signing() {
        TreeMap<Instant, PublicJsonWebKey> known = keys.byStart();
        var entry = known.floorEntry(clock.instant());
        return (entry == null ? known.firstEntry() : entry).getValue();
    }

    /** Makes what is needed, forgets what is not, and takes up what other instances did. */
    final synchronized void look() {
        if (directory.isEmpty()) {
            return;
        }
        try {
            SecretDirectory secrets = directory.get();
            long period = Math.max(1, rotation.toSeconds());
            long start = Math.floorDiv(clock.instant().getEpochSecond(), period) * period;
            Map<String, String> files = secrets.read(SUFFIX);
            boolean made = makeUnlessThere(secrets, files, start);
            boolean madeAhead = makeUnlessThere(secrets, files, start + period);
            take(made || madeAhead ? secrets.read(SUFFIX) : files, secrets);
            fault = "";
        } catch (IOException | JoseException | IllegalArgumentException e) {
            if (!e.toString().equals(fault)) {
                fault = e.toString();
                LOG.errorf("%s: %s; the keys that are known go on", KEY, fault);
            }
        }
    }

    private static boolean makeUnlessThere(SecretDirectory secrets, Map<String, String> files, long start)
            throws IOException, JoseException {
        String name = start + SUFFIX;
        if (files.containsKey(name)) {
            return false;
        }
        EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId(key.calculateBase64urlEncodedThumbprint("SHA-256"));
        if (secrets.create(name, key.toJson(OutputControlLevel.INCLUDE_PRIVATE))) {
            LOG.infof("%s: made the key that signs from %s", KEY, Instant.ofEpochSecond(start));
        }
        return true;
    }

    private void take(Map<String, String> files, SecretDirectory secrets) throws IOException, JoseException {
        TreeMap<Instant, String> byStart = new TreeMap<>();
        files.forEach((name, content) -> byStart.put(start(name), content));
        TreeMap<Instant, PublicJsonWebKey> known = new TreeMap<>();
        Map<String, PublicJsonWebKey> byId = new HashMap<>();
        for (Instant start : byStart.keySet()) {
            Instant end = Optional.ofNullable(byStart.higherKey(start)).orElse(Instant.MAX);
            if (end.isBefore(clock.instant().minus(remainder))) {
                secrets.delete(start.getEpochSecond() + SUFFIX);
                LOG.infof("%s: deleted the key that signed until %s", KEY, end);
            } else {
                PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(byStart.get(start));
                known.put(start, key);
                byId.put(key.getKeyId(), key);
            }
        }
        if (!byId.keySet().equals(keys.byId().keySet())) {
            keys = new Keys(known, Map.copyOf(byId));
        }
    }

    private static Instant start(String file) {
        return Instant.ofEpochSecond(Long.parseLong(file.substring(0, file.length() - SUFFIX.length())));
    }
}
