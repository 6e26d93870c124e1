package org.fedoraproject.registry.monitoring;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.fedoraproject.registry.edge.TracedRequest;

/** Finds the headers with which a client names its trace. */
final class HeaderGetter implements TextMapGetter<TracedRequest> {

    @Override
    public Iterable<String> keys(TracedRequest request) {
        return List.of(); // only formats that we do not read ask for them
    }

    @Override
    public String get(TracedRequest request, String name) {
        return request.header(name);
    }
}
