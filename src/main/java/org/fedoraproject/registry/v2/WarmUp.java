package org.fedoraproject.registry.v2;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.fedoraproject.registry.http.SelfRequests;
import org.fedoraproject.registry.limit.LimitConfig;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.policy.Action;
import org.fedoraproject.registry.policy.Caller;
import org.fedoraproject.registry.policy.CurrentPolicy;
import org.fedoraproject.registry.repository.Catalog;
import org.fedoraproject.registry.repository.Tags;
import org.jboss.logging.Logger;

/**
 * Makes the JVM compile the code of requests before the first thousand requests of clients. Just after the start, it
 * requests a manifest repeatedly for a bounded time. It only reads, and only what anybody may pull; it stops at the
 * first answer that is not 200. The requests appear in no log and no metric, see {@link SelfRequests}. It does nothing
 * if the requests of a caller are limited, because they would count for callers at the same address.
 */
@Singleton
public class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    private static final int REQUESTS = 3000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int TIMEOUT_MILLIS = 5000;
    private static final Page ONE = new Page(1, "");

    private final Catalog catalog;
    private final Tags tags;
    private final CurrentPolicy policies;
    private final Duration limit;
    private Future<?> task;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    public WarmUp(Catalog catalog, Tags tags, CurrentPolicy policies, LimitConfig limits, WarmUpConfig config) {
        this.catalog = catalog;
        this.tags = tags;
        this.policies = policies;
        this.limit = limits.maxRequests() == 0 ? config.limit() : Duration.ZERO;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) ServletContext context) {
        if (limit.isPositive()) {
            task = scheduler.schedule(() -> run(SelfRequests.of(context)), 1, TimeUnit.SECONDS);
        }
    }

    @PreDestroy
    void stop() {
        if (task != null) {
            task.cancel(true);
        }
    }

    private void run(SelfRequests self) {
        try {
            Optional<String> manifest = anyManifest(Instant.now().plus(limit));
            if (manifest.isPresent()) {
                run(self, manifest.get());
            }
        } catch (IOException | RegistryException e) {
            LOG.debugf(e, "Not warmed up"); // for example without a share
        } catch (RuntimeException e) {
            LOG.warn("Not warmed up", e); // the server's own line is filtered, see logging.cli
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(SelfRequests self, String manifest) throws IOException, InterruptedException {
        try (SelfRequests.Listener listener = self.listen()) {
            URL url = URI.create("http://" + listener.authority() + manifest).toURL();
            if (isServed(url, self.secret())) {
                LOG.debugf("Warmed up with %d requests", ask(url, self.secret()));
            }
        }
    }

    /**
     * The path of a manifest that anybody may pull.
     *
     * @param end no repository is looked at after it, because there may be many that nobody may pull from
     * @throws RegistryException if the time is over, or of the storage
     */
    Optional<String> anyManifest(Instant end) {
        for (RepositoryName name : catalog.list(ONE, each -> isOpen(each, end)).entries()) {
            for (Tag tag : tags.list(name, ONE).entries()) {
                return Optional.of("/v2/" + name + "/manifests/" + tag);
            }
        }
        return Optional.empty();
    }

    private boolean isOpen(RepositoryName name, Instant end) {
        if (Instant.now().isAfter(end)) {
            throw RegistryException.unavailable(limit, null);
        }
        return policies.current()
                .map(policy -> policy.allows(Caller.ANONYMOUS, name, Action.PULL))
                .orElse(true);
    }

    /** Waits until the server accepts requests. Returns whether it serves the manifest. */
    private static boolean isServed(URL manifest, String secret) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            int status = status(manifest, secret);
            if (status != HttpURLConnection.HTTP_UNAVAILABLE || Instant.now().isAfter(end)) {
                return status == HttpURLConnection.HTTP_OK;
            }
            Thread.sleep(500);
        }
    }

    private int ask(URL manifest, String secret) throws IOException {
        Instant end = Instant.now().plus(limit);
        int asked = 0;
        while (asked < REQUESTS
                && !Thread.currentThread().isInterrupted()
                && Instant.now().isBefore(end)
                && status(manifest, secret) == HttpURLConnection.HTTP_OK) {
            asked++;
        }
        return asked;
    }

    private static int status(URL manifest, String secret) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) manifest.openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty(SelfRequests.HEADER, secret);
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
