package org.fedoraproject.registry.token;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fedoraproject.registry.config.SecretDirectory;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;
import org.fedoraproject.registry.oci.RegistryException;
import org.jboss.logging.Logger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/**
 * Manages the keys that sign our tokens, in a directory shared by all instances: the configured one, or our own on the
 * share. Each key signs for one period. It is made a period ahead, so that every instance knows it in time, and kept
 * until its last token has expired.
 */
@Singleton
public class TokenKeys {
    private static final Logger LOG = Logger.getLogger(TokenKeys.class);

    private static final String KEY = "registry.auth.token-keys";
    private static final String SUFFIX = ".jwk";

    /** How long a client waits for the first key. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final boolean isOn;
    private final boolean isOnShare;
    private final SecretDirectory secrets;
    private final Share share;
    private final Duration rotation;
    /** How long a key may be needed after its period. */
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

    /** A check of the keys. */
    interface Refresh {
        void run() throws IOException;
    }

    /** Makes our own directory on the share and runs the check. Refuses while the share is unavailable. */
    interface Share {
        void use(SecretDirectory directory, Refresh refresh) throws IOException;
    }

    @Inject
    public TokenKeys(TokenConfig config, NfsConnectionFactory share) {
        this(
                config,
                (directory, refresh) -> share.use(connection -> {
                    connection.makeDirectories(directory.path());
                    refresh.run();
                    return true;
                }),
                Clock.systemUTC());
    }

    TokenKeys(TokenConfig config, Share share, Clock clock) {
        this.isOn = config.policy().isPresent();
        this.isOnShare = config.keys().isEmpty();
        this.secrets = config.keys()
                .map(name -> new SecretDirectory(KEY, name))
                .orElseGet(() -> SecretDirectory.below(config.root(), ".auth", "token-keys"));
        this.share = share;
        this.rotation = config.keyRotation();
        Duration longest = Stream.of(config.lifetime(), config.refreshLifetime(), config.session())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        this.remainder = longest.plus(config.clockSkew());
        this.clock = clock;
        refresh();
        if (isOn && !isOnShare && keys.byStart().isEmpty()) {
            throw new IllegalArgumentException(KEY + ": " + fault);
        }
    }

    /** Whether we issue tokens. */
    boolean isOn() {
        return isOn;
    }

    /** The same object until keys come or go. */
    Keys current() {
        return keys;
    }

    /**
     * The key that signs now.
     *
     * @throws RegistryException {@code UNAVAILABLE} if there is none yet, as the share was unavailable
     */
    PublicJsonWebKey signing() {
        TreeMap<Instant, PublicJsonWebKey> known = keys.byStart();
        if (known.isEmpty()) {
            throw RegistryException.unavailable(RETRY, null);
        }
        var entry = known.floorEntry(clock.instant());
        return (entry == null ? known.firstEntry() : entry).getValue();
    }

    /** Makes missing keys, deletes expired ones, and loads those of other instances. */
    public final synchronized void refresh() {
        if (!isOn) {
            return;
        }
        try {
            if (isOnShare) {
                share.use(secrets, () -> {
                    secrets.restrictToOwner();
                    refreshFrom();
                });
            } else {
                refreshFrom();
            }
            fault = "";
        } catch (IOException | IllegalArgumentException e) {
            if (!e.toString().equals(fault)) {
                fault = e.toString();
                LOG.errorf("%s: %s; the keys that are known go on", KEY, fault);
            }
        }
    }

    private void refreshFrom() throws IOException {
        try {
            long period = Math.max(1, rotation.toSeconds());
            long start = Math.floorDiv(clock.instant().getEpochSecond(), period) * period;
            Map<String, String> files = secrets.read(SUFFIX);
            boolean made = makeUnlessThere(files, start);
            boolean madeAhead = makeUnlessThere(files, start + period);
            take(made || madeAhead ? secrets.read(SUFFIX) : files);
        } catch (JoseException e) {
            throw new IOException("there is no key in one of the files", e);
        }
    }

    private boolean makeUnlessThere(Map<String, String> files, long start) throws IOException, JoseException {
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

    private void take(Map<String, String> files) throws IOException, JoseException {
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
