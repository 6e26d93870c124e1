package org.fedoraproject.registry.v2;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.http.LimitConfig;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.repository.Catalog;
import org.fedoraproject.registry.repository.Tags;
import org.jboss.logging.Logger;

/**
 * Has the JVM compile what requests go through before the clients' first thousand: asks this server for a manifest again and
 * again just after its start, for a bounded time. Reads only, and ends at the first answer that is not 200, as where anonymous
 * callers may not pull. These requests are not in the access log. There are none where the requests of a caller are limited, for
 * they would be those of whoever is at the same address.
 */
@Singleton
public class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    private static final int REQUESTS = 3000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int TIMEOUT_MILLIS = 5000;
    private static final Page ONE = new Page(1, "");

    /** Known to nobody else, so that no client hides its requests by it. */
    private final String id = "warm-up-" + UUID.randomUUID();

    private final Catalog catalog;
    private final Tags tags;
    private final Duration limit;
    private Future<?> task;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    /** @param limit for how long; zero for none */
    @Inject
    public WarmUp(
            Catalog catalog,
            Tags tags,
            LimitConfig limits,
            @ConfigProperty(name = "registry.http.warm-up", defaultValue = "PT5S") Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("registry.http.warm-up is negative: " + limit);
        }
        this.catalog = catalog;
        this.tags = tags;
        this.limit = limits.maxRequests() == 0 ? limit : Duration.ZERO;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        if (limit.isPositive()) {
            task = scheduler.schedule(this::run, 1, TimeUnit.SECONDS);
        }
    }

    @PreDestroy
    void stop() {
        if (task != null) {
            task.cancel(true);
        }
    }

    boolean isOwn(String requestId) {
        return id.equals(requestId);
    }

    private void run() {
        try {
            Optional<URL> manifest = anyManifest();
            if (manifest.isPresent() && isServed(manifest.get())) {
                LOG.debugf("Warmed up with %d requests", ask(manifest.get()));
            }
        } catch (IOException | RegistryException e) {
            LOG.debugf(e, "Not warmed up"); // such as where there is no HTTP, or no share
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<URL> anyManifest() throws IOException {
        String authority = authority();
        for (RepositoryName name : catalog.list(ONE).entries()) {
            for (Tag tag : tags.list(name, ONE).entries()) {
                return Optional.of(URI.create("http://" + authority + "/v2/" + name + "/manifests/" + tag)
                        .toURL());
            }
        }
        return Optional.empty();
    }

    /** Of the server's plain listener, by the properties that its configuration takes it from. */
    private static String authority() throws IOException {
        InetAddress bound = InetAddress.getByName(System.getProperty("jboss.bind.address", "127.0.0.1"));
        InetAddress reached = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
        String host = reached.getHostAddress();
        int port =
                Integer.getInteger("jboss.http.port", 8080) + Integer.getInteger("jboss.socket.binding.port-offset", 0);
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Waits until the server takes requests. */
    private boolean isServed(URL manifest) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                int status = status(manifest);
                if (status != HttpURLConnection.HTTP_UNAVAILABLE
                        || Instant.now().isAfter(end)) {
                    return status == HttpURLConnection.HTTP_OK;
                }
            } catch (ConnectException e) {
                if (Instant.now().isAfter(end)) {
                    throw e;
                }
            }
            Thread.sleep(500);
        }
    }

    private int ask(URL manifest) throws IOException {
        Instant end = Instant.now().plus(limit);
        int asked = 0;
        while (asked < REQUESTS
                && !Thread.currentThread().isInterrupted()
                && Instant.now().isBefore(end)
                && status(manifest) == HttpURLConnection.HTTP_OK) {
            asked++;
        }
        return asked;
    }

    private int status(URL manifest) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) manifest.openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty("X-Request-Id", id);
        connection.setRequestProperty("Accept", "*/*");
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
            try (InputStream body = connection.getInputStream()) {
                body.transferTo(OutputStream.nullOutputStream());
            }
        } else {
            connection.disconnect();
        }
        return status;
    }
}
