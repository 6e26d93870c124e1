package org.fedoraproject.registry.auth;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the OpenID provider during one step of a sign-in. All answers together may take a bounded time, and each is of a
 * bounded size. No redirect is followed. No connection is left for the next step: the provider may have closed it by
 * then, and a POST is not sent twice.
 */
final class ProviderClient implements AutoCloseable {
    private static final int MAX_ANSWER = 256 * 1024;
    private static final int OK = 200;
    private static final Pattern ERROR = Pattern.compile("\"error\"\\s*:\\s*\"([a-z_]{1,40})\"");

    private final HttpClient client;
    private final Duration timeout;
    /** By {@link System#nanoTime}. */
    private final long end;

    ProviderClient(Duration timeout) {
        this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
        this.timeout = timeout;
        this.end = System.nanoTime() + timeout.toNanos();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** @param what it is, in words */
    JsonObject get(String what, URI url) throws OpenIdException {
        return json(what, text(what, url));
    }

    String text(String what, URI url) throws OpenIdException {
        return body(what, HttpRequest.newBuilder(url));
    }

    JsonObject json(String what, HttpRequest.Builder request) throws OpenIdException {
        return json(what, body(what, request));
    }

    private static JsonObject json(String what, String text) throws OpenIdException {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        } catch (JsonException e) {
            throw OpenIdException.ofProvider("the OpenID provider's answer is not what it should be: " + what, e);
        }
    }

    private String body(String what, HttpRequest.Builder request) throws OpenIdException {
        HttpRequest made = request.header("Accept", "application/json").build();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(made, response -> new BoundedBody(MAX_ANSWER));
        try {
            HttpResponse<String> response = answer.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (response.statusCode() != OK) {
                throw OpenIdException.ofProvider(
                        "the OpenID provider answers with status " + response.statusCode() + error(response.body())
                                + ": " + what,
                        null);
            }
            return response.body();
        } catch (TimeoutException e) {
            throw OpenIdException.ofProvider("the OpenID provider does not answer within " + seconds(), e);
        } catch (ExecutionException e) {
            throw OpenIdException.ofProvider("the OpenID provider does not answer", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OpenIdException.ofProvider("the server is stopping", e);
        } finally {
            answer.cancel(true);
        }
    }

    /** The error's name (RFC 6749, 5.2), if there is one. */
    private static String error(String body) {
        Matcher error = ERROR.matcher(body);
        return error.find() ? " and " + error.group(1) : "";
    }

    private String seconds() {
        return timeout.toMillis() / 1000.0 + " s";
    }
}
