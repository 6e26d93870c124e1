package org.fedoraproject.registry.monitoring;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Callable;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.RequestTracer;
import org.fedoraproject.registry.edge.TracedRequest;
import org.fedoraproject.registry.nfs.Operation;

/**
 * Makes spans of requests and of the file operations that they cause, if the server has WildFly's subsystem
 * {@code opentelemetry}, which sends them. {@code wildfly-config/tracing.cli} adds it.
 */
@Singleton
public class Tracing implements RequestTracer {
    private static final String NAME = "org.fedoraproject.registry";

    private final ThreadLocal<RequestTrace> current = new ThreadLocal<>();
    private final boolean on;
    private final Tracer tracer;
    private final TextMapPropagator propagator;

    @Inject
    Tracing(Instance<OpenTelemetry> subsystem) {
        on = subsystem.isResolvable();
        OpenTelemetry telemetry = on ? subsystem.get() : OpenTelemetry.noop();
        tracer = telemetry.getTracer(NAME);
        propagator = telemetry.getPropagators().getTextMapPropagator();
    }

    @Override
    public boolean isOn() {
        return on;
    }

    @Override
    public void began(TracedRequest request) {
        current.set(RequestTrace.begin(tracer, propagator, request));
    }

    @Override
    public void ended(Endpoint endpoint, int status) {
        RequestTrace trace = current.get();
        current.remove();
        if (trace != null) {
            trace.end(endpoint, status);
        }
    }

    /** A file operation of this thread has ended. Those of no request are not traced. */
    void fileOperation(Operation operation, long nanos) {
        RequestTrace trace = current.get();
        if (trace != null) {
            trace.fileOperation(operation, nanos);
        }
    }

    /** The same work, as part of the present request in whatever thread does it. */
    <T> Callable<T> carry(Callable<T> work) {
        RequestTrace trace = current.get();
        return trace == null
                ? work
                : () -> {
                    RequestTrace before = current.get(); // the same, if the request's own thread does it
                    current.set(trace);
                    try {
                        return work.call();
                    } finally {
                        current.set(before);
                    }
                };
    }
}
