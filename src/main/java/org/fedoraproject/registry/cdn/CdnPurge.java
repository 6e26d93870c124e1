package org.fedoraproject.registry.cdn;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.repository.BlobDeleted;
import org.fedoraproject.registry.store.QueueStore;
import org.jboss.logging.Logger;

/**
 * Purges deleted blobs from the CDN. Purges wait in a queue on the share until the CDN has accepted them, across
 * restarts, and are retried with growing pauses. Two instances may purge the same blob twice.
 */
@Singleton
public class CdnPurge {
    private static final Logger LOG = Logger.getLogger(CdnPurge.class);

    private static final String QUEUE = "cdn-purge";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_DOUBLINGS = 10;

    private final PurgeConfig config;
    private final String base;
    private final List<Map.Entry<String, String>> headers;
    private final QueueStore queue;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final Map<String, Retry> retries = new HashMap<>();

    /**
     * When an entry is retried after a number of failures. In memory only, because retrying at once after a restart
     * does no harm.
     */
    private record Retry(int failures, Instant next) {
        private Retry failed(Duration pause) {
            return new Retry(
                    failures + 1, Instant.now().plus(pause.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS))));
        }
    }

    @Inject
    public CdnPurge(PurgeConfig config, CdnConfig cdn, QueueStore queue) {
        this.config = config;
        this.base = cdn.base().orElse("");
        this.headers = config.headers();
        this.queue = queue;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (config.url().isPresent()) {
            duties.start("cdn-purge", config.interval(), config.interval(), this::run);
        }
    }

    @PreDestroy
    void stop() {
        client.shutdownNow();
    }

    void enqueue(@Observes BlobDeleted event) {
        if (config.url().isPresent()) {
            queue.put(QUEUE, "/v2/" + event.name() + "/blobs/" + event.digest());
        }
    }

    private void run() throws InterruptedException {
        List<String> entries = queue.list(QUEUE);
        retries.keySet().retainAll(entries);
        for (String id : entries) {
            Retry retry = retries.getOrDefault(id, new Retry(0, Instant.MIN));
            if (retry.next().isBefore(Instant.now())) {
                purge(id, retry);
            }
        }
    }

    private void purge(String id, Retry retry) throws InterruptedException {
        Optional<String> path = queue.get(QUEUE, id);
        if (path.isEmpty()) {
            return;
        }
        String failure = request(path.get());
        if (failure.isEmpty()) {
            queue.delete(QUEUE, id);
            LOG.infof("Purged %s from the CDN", path.get());
        } else {
            Retry next = retry.failed(config.interval());
            retries.put(id, next);
            LOG.warnf("The CDN did not accept the purge of %s (%s); retrying at %s", path.get(), failure, next.next());
        }
    }

    /**
     * Sends a purge to the CDN; returns what went wrong, or an empty text. A purge that cannot be sent, such as one
     * whose path makes no URI, is treated like a refused one: it waits, and delays no other.
     */
    private String request(String path) throws InterruptedException {
        try {
            int status = status(path);
            return status < 300 || status == 404 ? "" : "it answers " + status;
        } catch (IllegalArgumentException | IOException e) {
            return e.toString();
        }
    }

    /**
     * Sends the request and waits for the whole response; the request's own timeout would end with the headers, and a
     * body may never end.
     */
    private int status(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(PurgeConfig.fill(config.url().orElseThrow(), path, base)))
                .method(
                        config.method(),
                        config.body()
                                .map(body -> HttpRequest.BodyPublishers.ofString(PurgeConfig.fill(body, path, base)))
                                .orElse(HttpRequest.BodyPublishers.noBody()));
        headers.forEach(header -> request.header(header.getKey(), header.getValue()));
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no complete response after " + TIMEOUT, e);
        } catch (ExecutionException e) {
            throw new IOException("no response (" + e.getCause() + ")", e);
        }
    }
}
