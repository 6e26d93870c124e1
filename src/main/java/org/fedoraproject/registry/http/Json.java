package org.fedoraproject.registry.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import java.nio.charset.StandardCharsets;

/** The one {@link Jsonb} of the application. It is costly to create, and thread-safe. */
@Singleton
public class Json {
    private final Jsonb jsonb = JsonbBuilder.create();

    @Inject
    public Json() {}

    /** For JAX-RS, to write answers. */
    public Jsonb jsonb() {
        return jsonb;
    }

    /** In UTF-8 (RFC 8259, 8.1). */
    public byte[] write(Object value) {
        return jsonb.toJson(value).getBytes(StandardCharsets.UTF_8);
    }
}
