package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What the server answered.
 *
 * @param headers by name, without regard to case
 */
record Reply(int status, Map<String, List<String>> headers, byte[] body) {
    List<String> all(String header) {
        return headers.getOrDefault(header, List.of());
    }

    /** A header that came at most once; {@code null} where it did not. */
    String header(String name) {
        assertThat(all(name)).as(name).hasSizeLessThanOrEqualTo(1);
        return all(name).isEmpty() ? null : all(name).getFirst();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    JsonObject json() {
        try (var reader = Json.createReader(new ByteArrayInputStream(body))) {
            return reader.readObject();
        }
    }
}
