package org.fedoraproject.registry.v2;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;

/** Gives JAX-RS one {@link Jsonb} for all answers; without, it looks for the implementation and makes one for each. */
@Provider
public class JsonbResolver implements ContextResolver<Jsonb> {
    private final Jsonb jsonb = JsonbBuilder.create();

    @Override
    public Jsonb getContext(Class<?> type) {
        return jsonb;
    }
}
