package org.fedoraproject.registry.v2;

import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;
import org.fedoraproject.registry.http.Json;

/**
 * Gives JAX-RS the application's {@link Jsonb} for all answers. Otherwise it would look up the implementation and
 * create one for each answer.
 */
@Provider
public class JsonbResolver implements ContextResolver<Jsonb> {
    @Inject
    Json json;

    @Override
    public Jsonb getContext(Class<?> type) {
        return json.jsonb();
    }
}
