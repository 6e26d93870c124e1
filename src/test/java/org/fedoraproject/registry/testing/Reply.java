package org.fedoraproject.registry.testing;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What the server answered.
 *
 * @param headers by name, without regard to case
 */
public record Reply(int status, Map<String, List<String>> headers, byte[] body) {
    public static Reply of(HttpResponse<byte[]> response) {
        return new Reply(response.statusCode(), response.headers().map(), response.body());
    }

    public List<String> all(String header) {
        return headers.getOrDefault(header, List.of());
    }

    /** A header that came at most once; {@code null} where it did not. */
    public String header(String name) {
        assertThat(all(name)).as(name).hasSizeLessThanOrEqualTo(1);
        return all(name).isEmpty() ? null : all(name).getFirst();
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonObject json() {
        try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
            return reader.readObject();
        }
    }

    /** An array of strings in a JSON body. */
    public List<String> strings(String member) {
        return json().getJsonArray(member).getValuesAs(JsonString::getString);
    }
}
