package org.fedoraproject.registry.token;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedoraproject.registry.config.LiveFile;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Holds the public keys of the other issuer, from a file or URL: a JWK set, or PEM with certificates and public keys.
 *
 * <p>Not by jose4j's {@code HttpsJwks}: it fetches in the thread of a request and has no limit for the whole answer, so
 * that an issuer that hangs would hold up requests. Nor does its resolver find keys without an id, as in PEM, for a token
 * that names one. The PEM is not read by Elytron, which knows no Ed25519.
 */
@Singleton
public class IssuerKeys {
    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);

    private static final String KEY = "registry.auth.issuer-keys";
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (CERTIFICATE|PUBLIC KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** While the known keys suffice; an unknown one is fetched sooner. */
    private static final Duration REFRESH = Duration.ofMinutes(5);

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Optional<LiveFile<List<PublicJsonWebKey>>> file;
    private final Optional<URI> url;
    private final HttpClient client;
    private final Duration patience;
    private final Duration retry;
    private volatile List<PublicJsonWebKey> fetched = List.of();
    private volatile boolean wanted = true;
    private volatile String fault = "";
    private long lastTry = System.nanoTime() - REFRESH.toNanos();

    @Inject
    public IssuerKeys(TokenConfig config) {
        this(config, PATIENCE, RETRY);
    }

    /**
     * @param patience how long the issuer may take to answer
     * @param retry how soon it is asked again after no answer, or for a missing key
     */
    IssuerKeys(TokenConfig config, Duration patience, Duration retry) {
        this.patience = patience;
        this.retry = retry;
        this.url = config.issuerKeys()
                .filter(place -> place.startsWith("https://") || place.startsWith("http://"))
                .map(IssuerKeys::url);
        this.file = config.issuerKeys()
                .filter(place -> url.isEmpty())
                .map(place -> new LiveFile<>(KEY, place, IssuerKeys::read));
        this.client = url.isEmpty()
                ? null
                : HttpClient.newBuilder().connectTimeout(patience).build();
    }

    /** The same object until they change. */
    List<PublicJsonWebKey> current() {
        return file.map(LiveFile::get).orElse(fetched);
    }

    /** Whether these are the issuer's current keys, as far as is known. */
    public boolean isCurrent() {
        return file.map(LiveFile::isCurrent).orElse(fault.isEmpty());
    }

    /** Reports an unknown key in a token. It may be new, so the keys are fetched again. */
    void want() {
        wanted = true;
    }

    public void refresh() {
        file.ifPresent(LiveFile::reloadIfChanged);
        Duration since = Duration.ofNanos(System.nanoTime() - lastTry);
        if (url.isPresent() && since.compareTo(wanted || !fault.isEmpty() ? retry : REFRESH) > 0) {
            lastTry = System.nanoTime();
            wanted = false;
            fetch(url.get());
        }
    }

    @PreDestroy
    void stop() {
        if (client != null) {
            client.shutdownNow();
        }
    }

    private void fetch(URI from) {
        try {
            List<PublicJsonWebKey> keys = read(get(from));
            boolean same = json(keys).equals(json(fetched));
            if (!fault.isEmpty() || !same && !fetched.isEmpty()) {
                LOG.infof("%s: %s: the keys are taken up as they are now", KEY, from);
            }
            fetched = same ? fetched : keys;
            fault = "";
        } catch (IOException | IllegalArgumentException e) {
            if (!e.toString().equals(fault)) {
                fault = e.toString();
                LOG.errorf("%s: %s: %s; the keys that are known go on", KEY, from, fault);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Limits the whole answer. A request's own timeout ends with the headers: an endless body would block later ones.
     */
    private String get(URI from) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(HttpRequest.newBuilder(from).build(), HttpResponse.BodyHandlers.ofString());
        try {
            HttpResponse<String> response = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException("it answers " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("there is no whole answer after " + patience, e);
        } catch (ExecutionException e) {
            throw new IOException("there is no answer (" + e.getCause() + ")", e);
        }
    }

    /** The key with the token's id. If the token or the keys have no id, as in PEM, all keys of its type. */
    static List<PublicJsonWebKey> candidates(List<PublicJsonWebKey> keys, JsonWebSignature signature)
            throws JoseException {
        String id = signature.getKeyIdHeaderValue();
        String type = signature.getKeyType();
        List<PublicJsonWebKey> named = keys.stream()
                .filter(key -> id != null && id.equals(key.getKeyId()))
                .toList();
        return named.isEmpty()
                ? keys.stream()
                        .filter(key -> key.getKeyId() == null || id == null)
                        .filter(key -> key.getKeyType().equals(type))
                        .toList()
                : named;
    }

    private static List<String> json(List<PublicJsonWebKey> keys) {
        return keys.stream().map(JsonWebKey::toJson).toList();
    }

    /** Requires https, as TLS proves that the keys are the issuer's. This host needs no TLS: nobody is in between. */
    private static URI url(String text) {
        URI url = URI.create(text);
        boolean local = "localhost".equals(url.getHost()) || "127.0.0.1".equals(url.getHost());
        if (url.getHost() == null || !url.getScheme().equals("https") && !local) {
            throw new IllegalArgumentException(KEY + " is no https URL: " + text);
        }
        return url;
    }

    /** @throws IllegalArgumentException if there is no key, or an invalid one */
    static List<PublicJsonWebKey> read(String text) {
        try {
            List<PublicJsonWebKey> keys = text.strip().startsWith("{") ? set(text) : pem(text);
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("there is no public key");
            }
            return List.copyOf(keys);
        } catch (ClassCastException e) { // jose4j casts what it has parsed
            throw new IllegalArgumentException("not a JWK set: a value in it is of a wrong type", e);
        } catch (JoseException | GeneralSecurityException e) {
            throw new IllegalArgumentException("not a JWK set, nor PEM with public keys (" + e.getMessage() + ")", e);
        }
    }

    /** Skips entries without a public key, such as a secret put there by mistake. */
    private static List<PublicJsonWebKey> set(String text) throws JoseException {
        List<PublicJsonWebKey> keys = new ArrayList<>();
        for (JsonWebKey key : new JsonWebKeySet(text).getJsonWebKeys()) {
            if (key instanceof PublicJsonWebKey usable && !"enc".equals(key.getUse())) {
                keys.add(usable);
            }
        }
        return keys;
    }

    private static List<PublicJsonWebKey> pem(String text) throws JoseException, GeneralSecurityException {
        List<PublicJsonWebKey> keys = new ArrayList<>();
        Matcher block = PEM.matcher(text);
        while (block.find()) {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            PublicKey key = block.group(1).equals("CERTIFICATE")
                    ? CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey()
                    : publicKey(der);
            keys.add(PublicJsonWebKey.Factory.newPublicJwk(key));
        }
        return keys;
    }

    private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                // of another algorithm
            }
        }
        throw new GeneralSecurityException("a public key of none of " + KEY_ALGORITHMS);
    }
}
