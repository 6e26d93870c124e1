package org.fedoraproject.registry.scrub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.store.NoCopyException;

/** Another registry. Follows redirects, such as those to its CDN, but tells only the registry itself the password. */
final class RegistrySource implements RepairSource {
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final int MAX_REDIRECTS = 5;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    /** Of one repository; others may be open to us. */
    private static final Set<Integer> REFUSALS = Set.of(401, 403);

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final String MANIFESTS = String.join(
            ", ",
            MediaType.OCI_MANIFEST.value(),
            MediaType.OCI_INDEX.value(),
            MediaType.DOCKER_MANIFEST.value(),
            MediaType.DOCKER_LIST.value(),
            "*/*;q=0.1");

    private final URI base;
    private final Optional<String> authorization;
    private final Duration timeout;
    private final HttpClient client;

    /**
     * @param base its URL, without a trailing slash
     * @param authorization the header for it
     */
    RegistrySource(URI base, Optional<String> authorization, Duration timeout) {
        this.base = base;
        this.authorization = authorization;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    @Override
    public Optional<InputStream> open(LostBlob lost, BooleanSupplier goOn) throws IOException {
        URI at = URI.create(
                base + "/v2/" + lost.repository() + (lost.manifest() ? "/manifests/" : "/blobs/") + lost.known());
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer = await(request(at, lost.manifest()), goOn);
            TimedBody body = new TimedBody(timeout, goOn);
            answer.body().subscribe(body);
            if (answer.statusCode() == OK) {
                return Optional.of(body);
            }
            body.close();
            if (answer.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            at = next(at, answer);
        }
        throw new IOException("it redirects more than " + MAX_REDIRECTS + " times");
    }

    private HttpRequest request(URI at, boolean manifest) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at).timeout(timeout);
        if (manifest) {
            request.header("Accept", MANIFESTS);
        }
        if (isItself(at)) {
            authorization.ifPresent(value -> request.header("Authorization", value));
        }
        return request.build();
    }

    private boolean isItself(URI at) {
        return at.getScheme().equals(base.getScheme())
                && at.getHost().equalsIgnoreCase(base.getHost())
                && at.getPort() == base.getPort();
    }

    private static URI next(URI at, HttpResponse<?> answer) throws IOException {
        int status = answer.statusCode();
        if (REFUSALS.contains(status)) {
            throw new NoCopyException("it answers " + status);
        }
        if (!REDIRECTS.contains(status)) {
            throw new IOException("it answers " + status);
        }
        try {
            URI next = at.resolve(answer.headers().firstValue("Location").orElse(""));
            if (next.getHost() != null && SCHEMES.contains(next.getScheme())) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // as for a URL of another kind
        }
        throw new IOException("it redirects to no http or https URL");
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> await(HttpRequest request, BooleanSupplier goOn)
            throws IOException {
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer = send(request);
        try {
            long begin = System.nanoTime();
            while (System.nanoTime() - begin <= timeout.toNanos()) {
                if (!goOn.getAsBoolean()) {
                    throw new RepositoryScrub.StoppedException();
                }
                try {
                    return answer.get(SLICE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    // ask whether to go on
                }
            }
            throw new HttpTimeoutException("no answer after " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IOException("no answer (" + e.getCause() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RepositoryScrub.StoppedException();
        } finally {
            answer.cancel(true); // does nothing if it is there
        }
    }

    private CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> send(HttpRequest request)
            throws IOException {
        try {
            return client.sendAsync(request, HttpResponse.BodyHandlers.ofPublisher());
        } catch (IllegalArgumentException e) { // such as the port of a redirect
            throw new IOException("no request can be sent to " + request.uri(), e);
        }
    }

    @Override
    public String toString() {
        return base.toString();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
