package org.fedoraproject.registry.events;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fedoraproject.registry.config.HeaderFile;
import org.fedoraproject.registry.config.SecretFile;

/** Sends events to endpoints. */
@Singleton
class Sender {
    /** The signature of the body, in the form that GitHub's webhooks made common. */
    static final String SIGNATURE = "X-Registry-Signature-256";

    private static final String ALGORITHM = "HmacSHA256";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /** What became of a request. */
    sealed interface Outcome {
        /** The endpoint has the events. */
        record Accepted() implements Outcome {}

        /** It does not want them, and will hardly want them later. */
        record Refused(String why) implements Outcome {}

        /** It may want them later. */
        record Failed(String why) implements Outcome {}
    }

    @Inject
    Sender() {}

    @PreDestroy
    void stop() {
        client.shutdownNow();
    }

    /**
     * Sends events in one request. The whole answer, with its body, must come within the endpoint's time.
     *
     * @param told gets the outcome, in any thread
     */
    @SuppressWarnings("FutureReturnValueIgnored") // told gets it
    void send(Endpoint endpoint, List<QueuedEvent> events, Consumer<Outcome> told) {
        CompletableFuture<HttpResponse<Void>> answer;
        try {
            answer = client.sendAsync(request(endpoint, events), HttpResponse.BodyHandlers.discarding());
        } catch (RuntimeException e) { // such as of a secret that cannot be read now
            told.accept(new Outcome.Failed(e instanceof IllegalArgumentException ? e.getMessage() : e.toString()));
            return;
        }
        answer.copy()
                .orTimeout(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        answer.cancel(true);
                    }
                    told.accept(failure == null ? outcome(response.statusCode()) : failed(endpoint, failure));
                });
    }

    private static HttpRequest request(Endpoint endpoint, List<QueuedEvent> events) {
        boolean batch = endpoint.batch() > 1;
        byte[] body = endpoint.format().body(events, batch);
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.url())
                .header("User-Agent", "oci-registry")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        endpoint.format().headers(events, batch).forEach(header -> request.header(header.getKey(), header.getValue()));
        endpoint.headerFile()
                .ifPresent(file -> HeaderFile.read("headers", Optional.of(file))
                        .forEach(header -> request.setHeader(header.getKey(), header.getValue())));
        endpoint.keyFile()
                .ifPresent(file ->
                        request.setHeader(SIGNATURE, signature(SecretFile.read("key", Optional.of(file)), body)));
        return request.build();
    }

    /** {@code sha256=} and the HMAC in hexadecimal digits. */
    static String signature(String key, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Outcome outcome(int status) {
        String why = "it answers " + status;
        if (status >= 200 && status < 300) {
            return new Outcome.Accepted();
        }
        boolean isRefusal = status >= 300 && status < 500 && status != REQUEST_TIMEOUT && status != TOO_MANY_REQUESTS;
        return isRefusal ? new Outcome.Refused(why) : new Outcome.Failed(why);
    }

    private static Outcome failed(Endpoint endpoint, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return new Outcome.Failed(
                cause instanceof TimeoutException
                        ? "no complete answer within " + endpoint.timeout()
                        : "no answer (" + cause + ")");
    }
}
