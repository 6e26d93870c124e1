package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;
import org.fedoraproject.registry.http.Json;

/** Gives JAX-RS the application's {@link Jsonb} for all answers; without, it looks for the implementation and makes one for each. */
@Provider
public class JsonbResolver implements ContextResolver<Jsonb> {
    @Inject
    Json json;

    @Override
    public Jsonb getContext(Class<?> type) {
        return json.jsonb();
    }
}
