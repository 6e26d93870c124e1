package org.fedoraproject.registry.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;

/** A registry, ours or another, as a plain HTTP client sees it. */
public final class RegistryClient implements AutoCloseable {
    private final URI base;
    private final HttpClient http;

    /** @param base of the host, without {@code /v2/} */
    public RegistryClient(URI base) {
        this(base, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    /** @param http closed with this */
    public RegistryClient(URI base, HttpClient http) {
        this.base = base;
        this.http = http;
    }

    /** Host and port, as image names begin with them. */
    public String authority() {
        return base.getAuthority();
    }

    /** Whether it serves the API yet, if only to those who log in. */
    public boolean answers() throws IOException, InterruptedException {
        try {
            int status = status("GET", "/v2/");
            return status == 200 || status == 401;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** @param headers names and values in turn */
    public HttpResponse<byte[]> send(String method, String target, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        return http.send(request(method, target, body, headers), BodyHandlers.ofByteArray());
    }

    public CompletableFuture<HttpResponse<byte[]>> sendAsync(String method, String target, BodyPublisher body) {
        return http.sendAsync(request(method, target, body), BodyHandlers.ofByteArray());
    }

    public HttpResponse<byte[]> send(String method, String target) throws IOException, InterruptedException {
        return send(method, target, BodyPublishers.noBody());
    }

    public int status(String method, String target) throws IOException, InterruptedException {
        return send(method, target).statusCode();
    }

    public HttpResponse<byte[]> get(String target, String... headers) throws IOException, InterruptedException {
        return send("GET", target, BodyPublishers.noBody(), headers);
    }

    /** For bodies that do not fit into memory; the caller closes the answer's. */
    public HttpResponse<InputStream> open(String target) throws IOException, InterruptedException {
        return http.send(request("GET", target, BodyPublishers.noBody()), BodyHandlers.ofInputStream());
    }

    /** A body of unknown length, which is sent as it comes. */
    public static BodyPublisher stream(Supplier<InputStream> body) {
        return BodyPublishers.ofInputStream(body);
    }

    /** Begins an upload (end-4a); returns its {@code Location}. */
    public String startUpload(String name) throws IOException, InterruptedException {
        return require(202, send("POST", "/v2/" + name + "/blobs/uploads/"))
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    /** The URL that completes an upload (end-6), for a {@code Location} with parameters of its own, too. */
    public static String completing(String location, Digest digest) {
        return location + (location.contains("?") ? "&" : "?") + "digest=" + digest;
    }

    /**
     * Pushes an image of one layer.
     *
     * @param authorization as the header has it
     */
    public void pushImage(String name, String tag, byte[] layer, String authorization)
            throws IOException, InterruptedException {
        Digest digest = Digest.of(layer);
        Manifest image = Content.image(digest);
        require(
                201,
                send(
                        "POST",
                        "/v2/" + name + "/blobs/uploads/?digest=" + digest,
                        BodyPublishers.ofByteArray(layer),
                        "Authorization",
                        authorization));
        require(
                201,
                send(
                        "PUT",
                        "/v2/" + name + "/manifests/" + tag,
                        BodyPublishers.ofByteArray(image.bytes()),
                        "Content-Type",
                        image.mediaType().value(),
                        "Authorization",
                        authorization));
    }

    public Digest pushBlob(String name, byte[] content) throws IOException, InterruptedException {
        Digest digest = Digest.of(content);
        pushBlob(name, content, digest);
        return digest;
    }

    /** Pushes a blob that is named by this digest; returns the last answer. */
    public HttpResponse<byte[]> pushBlob(String name, byte[] content, Digest digest)
            throws IOException, InterruptedException {
        String target = completing(startUpload(name), digest);
        return require(
                201,
                send("PUT", target, BodyPublishers.ofByteArray(content), "Content-Type", "application/octet-stream"));
    }

    /** Pushes a manifest (end-7); returns the answer. */
    public HttpResponse<byte[]> pushManifest(String name, String reference, Manifest manifest)
            throws IOException, InterruptedException {
        String target = "/v2/" + name + "/manifests/" + reference;
        BodyPublisher body = BodyPublishers.ofByteArray(manifest.bytes());
        return require(
                201,
                send("PUT", target, body, "Content-Type", manifest.mediaType().value()));
    }

    /** @return the answer, if it has this status */
    public static <T> HttpResponse<T> require(int status, HttpResponse<T> response) {
        if (response.statusCode() != status) {
            String body = response.body() instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
            throw new AssertionError(response + " instead of " + status + " "
                    + response.headers().map() + body);
        }
        return response;
    }

    private HttpRequest request(String method, String target, BodyPublisher body, String... headers) {
        // resolve() would tidy a path up
        URI uri = target.startsWith("/")
                ? URI.create(base.getScheme() + "://" + base.getRawAuthority() + target)
                : base.resolve(target);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(10)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    @Override
    public void close() {
        http.close();
    }
}
