package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Manifest;

/** Puts things into a registry. */
record Pushes(URI registry) {

    Digest blob(String name, byte[] content) throws IOException, InterruptedException {
        return blob(name, content, Digest.of(content));
    }

    Digest blob(String name, byte[] content, Digest digest) throws IOException, InterruptedException {
        send(
                201,
                HttpRequest.newBuilder(at(name + "/blobs/uploads/?digest=" + digest))
                        .POST(BodyPublishers.ofByteArray(content)));
        return digest;
    }

    void manifest(String name, String tag, Manifest manifest) throws IOException, InterruptedException {
        send(
                201,
                HttpRequest.newBuilder(at(name + "/manifests/" + tag))
                        .header("Content-Type", manifest.mediaType().toString())
                        .PUT(BodyPublishers.ofByteArray(manifest.bytes())));
    }

    /** Begins an upload; returns its path. */
    String upload(String name) throws IOException, InterruptedException {
        return send(202, HttpRequest.newBuilder(at(name + "/blobs/uploads/")).POST(BodyPublishers.noBody()))
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    void delete(String name, Digest digest) throws IOException, InterruptedException {
        send(202, HttpRequest.newBuilder(at(name + "/blobs/" + digest)).DELETE());
    }

    private URI at(String path) {
        return registry.resolve("/v2/" + path);
    }

    private static HttpResponse<String> send(int status, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response + response.body()).isEqualTo(status);
            return response;
        }
    }
}
