package org.fedoraproject.registry.auth;

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
import org.jose4j.lang.JoseException;

/** The public keys of the other issuer, from a file or a URL: a JWK set, or PEM with certificates and public keys. */
@Singleton
public class IssuerKeys {
    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);

    private static final String KEY = "registry.auth.issuer-keys";
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (CERTIFICATE|PUBLIC KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** While the keys in hand do; an unknown key is looked for sooner. */
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
    public IssuerKeys(AuthConfig config) {
        this(config, PATIENCE, RETRY);
    }

    /**
     * @param patience how long the issuer may take for an answer
     * @param retry how soon it is asked again for what it did not tell
     */
    IssuerKeys(AuthConfig config, Duration patience, Duration retry) {
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

    /** Whether the keys are those that the issuer has now, as far as that can be known. */
    public boolean isCurrent() {
        return file.map(LiveFile::isCurrent).orElse(fault.isEmpty());
    }

    /** Tells that a token came with a key that is none of these: it may be a new one. */
    void want() {
        wanted = true;
    }

    void look() {
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

    /** A request's own limit would end with the headers, and a body that never ends would keep us from asking again. */
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

    private static List<String> json(List<PublicJsonWebKey> keys) {
        return keys.stream().map(JsonWebKey::toJson).toList();
    }

    /** TLS is what makes the keys the issuer's; on this host there is nobody in between. */
    private static URI url(String text) {
        URI url = URI.create(text);
        boolean local = "localhost".equals(url.getHost()) || "127.0.0.1".equals(url.getHost());
        if (url.getHost() == null || !url.getScheme().equals("https") && !local) {
            throw new IllegalArgumentException(KEY + " is no https URL: " + text);
        }
        return url;
    }

    /** @throws IllegalArgumentException where there is no key, or one that is none */
    static List<PublicJsonWebKey> read(String text) {
        try {
            List<PublicJsonWebKey> keys = text.strip().startsWith("{") ? set(text) : pem(text);
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("there is no public key");
            }
            return List.copyOf(keys);
        } catch (JoseException | GeneralSecurityException e) {
            throw new IllegalArgumentException("not a JWK set, nor PEM with public keys (" + e.getMessage() + ")", e);
        }
    }

    /** What has no public key, such as a secret that was put there by mistake, is nobody's business here. */
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
