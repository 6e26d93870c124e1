package org.fedoraproject.registry.monitoring;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.TracedRequest;
import org.fedoraproject.registry.nfs.Operation;

/**
 * The span of a request, whose children are file operations. Names and attributes are those of OpenTelemetry's semantic
 * conventions for HTTP servers.
 */
final class RequestTrace {
    private static final String OTHER = "_OTHER";

    /** A big blob takes thousands of writes. */
    private static final int MAX_FILE_SPANS = 100;

    private static final int SERVER_ERROR = 500;

    private final Tracer tracer;
    private final Context context;
    private final Span span;
    private final String method;
    private final AtomicInteger fileOperations = new AtomicInteger();

    private RequestTrace(Tracer tracer, Context context, Span span, String method) {
        this.tracer = tracer;
        this.context = context;
        this.span = span;
        this.method = method;
    }

    /** Continues the trace of the client if it names one. */
    static RequestTrace begin(Tracer tracer, TextMapPropagator propagator, TracedRequest request) {
        Context client = propagator.extract(Context.root(), request, new HeaderGetter());
        String method = RequestMetrics.METHODS.contains(request.method()) ? request.method() : OTHER;
        Span span = tracer.spanBuilder(method)
                .setParent(client)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", method)
                .setAttribute("url.scheme", request.scheme())
                .setAttribute("url.path", request.path())
                .setAttribute("server.address", request.host())
                .setAttribute("server.port", request.port())
                .setAttribute("client.address", request.client())
                .setAttribute("user_agent.original", request.header("User-Agent"))
                .setAttribute("registry.request.id", request.id())
                .startSpan();
        return new RequestTrace(tracer, client.with(span), span, method);
    }

    /** A file operation for this request has just ended. */
    void fileOperation(Operation operation, long nanos) {
        if (!span.isRecording() || fileOperations.incrementAndGet() > MAX_FILE_SPANS) {
            return;
        }
        Instant end = Instant.now();
        tracer.spanBuilder("file " + operation.name().toLowerCase(Locale.ROOT))
                .setParent(context)
                .setStartTimestamp(end.minusNanos(nanos))
                .startSpan()
                .end(end);
    }

    void end(Endpoint endpoint, int status) {
        String name = method.equals(OTHER) ? "HTTP" : method;
        span.updateName(name + " " + route(endpoint));
        span.setAttribute("http.route", route(endpoint));
        span.setAttribute("http.response.status_code", status);
        span.setAttribute("registry.file.operations", fileOperations.get());
        if (status >= SERVER_ERROR) {
            span.setAttribute("error.type", Integer.toString(status));
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    private static String route(Endpoint endpoint) {
        return switch (endpoint) {
            case BASE -> "/v2/";
            case CATALOG -> "/v2/_catalog";
            case UPLOADS -> "/v2/{name}/blobs/uploads/";
            case UPLOAD -> "/v2/{name}/blobs/uploads/{id}";
            case BLOB -> "/v2/{name}/blobs/{digest}";
            case MANIFEST -> "/v2/{name}/manifests/{reference}";
            case TAGS -> "/v2/{name}/tags/list";
            case REFERRERS -> "/v2/{name}/referrers/{digest}";
            case REPOSITORIES -> "/api/v1/repositories";
            case REPOSITORY_TAGS -> "/api/v1/repositories/{name}/tags";
            case FLATPAK_STATIC -> "/index/static";
            case FLATPAK_DYNAMIC -> "/index/dynamic";
            case FLATPAK_ICON -> "/app-icons/{algorithm}/{icon}";
            case HOME_PAGE -> "/";
            case REPOSITORY_PAGE -> "/r/{name}";
            case MANIFEST_PAGE -> "/r/{name}:{reference}";
            case ERROR_PAGE, UNKNOWN -> "unknown";
        };
    }
}
