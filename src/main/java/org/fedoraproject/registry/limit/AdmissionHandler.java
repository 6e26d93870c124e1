package org.fedoraproject.registry.limit;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.http.AnswerHeaders;
import org.fedoraproject.registry.http.Errors;
import org.fedoraproject.registry.http.ForwardedElement;
import org.fedoraproject.registry.http.ForwardedHeaders;
import org.fedoraproject.registry.http.HttpConfig;
import org.fedoraproject.registry.http.Json;
import org.fedoraproject.registry.http.Network;
import org.fedoraproject.registry.oci.ErrorCode;
import org.xnio.IoUtils;
import org.xnio.Options;

/**
 * The first handler of every request, on any route, before a thread is assigned. Limits the concurrent requests of a
 * client, and the total of those for which a thread may have to wait. Enforces the pace of bodies and answers. The few
 * threads that wait for no client write refusals and drain refused bodies.
 */
@Singleton
public class AdmissionHandler {
    private static final HttpString REQUEST_ID = new HttpString(AnswerHeaders.REQUEST_ID);

    private final LimitConfig config;
    private final Limits limits;
    private final LongRequests longRequests;
    private final ForwardedHeaders forwarded;
    private final ConcurrencyLimit concurrency;
    private final FixedResponse tooMany;
    private final FixedResponse busy;

    /** An answer that is the same for all clients. */
    private record FixedResponse(int status, ByteBuffer body) {
        private FixedResponse(ErrorCode code, String detail, Json json) {
            this(code.status(), ByteBuffer.wrap(json.write(Errors.of(code, detail))));
        }
    }

    @Inject
    public AdmissionHandler(HttpConfig http, LimitConfig config, Limits limits, LongRequests longRequests, Json json) {
        this.config = config;
        this.limits = limits;
        this.longRequests = longRequests;
        this.forwarded = new ForwardedHeaders(http);
        this.concurrency = new ConcurrencyLimit(config.maxRequestsAtOnce());
        this.tooMany = new FixedResponse(
                ErrorCode.TOOMANYREQUESTS,
                "at most " + config.maxRequestsAtOnce() + " requests of an address at once",
                json);
        this.busy = new FixedResponse(ErrorCode.UNAVAILABLE, "ask again later", json);
    }

    void publish(@Observes @Initialized(ApplicationScoped.class) ServletContext context) {
        context.setAttribute(AdmissionHandler.class.getName(), this);
    }

    static AdmissionHandler of(ServletContext context) {
        return (AdmissionHandler) context.getAttribute(AdmissionHandler.class.getName());
    }

    void handle(HttpServerExchange exchange, HttpHandler next) throws Exception {
        String client = client(exchange);
        if (!concurrency.enter(client)) {
            limits.refused(LimitKind.AT_ONCE);
            refuse(exchange, tooMany);
            return;
        }
        AdmittedRequest admitted = new AdmittedRequest(client, concurrency, longRequests);
        exchange.putAttachment(AdmittedRequest.KEY, admitted);
        exchange.addExchangeCompleteListener((ended, listener) -> {
            admitted.end();
            listener.proceed();
        });
        boolean hasBody = !exchange.isRequestComplete();
        if (hasBody && !admitted.mayWait()) {
            refuse(exchange, busy);
            return;
        }
        pace(exchange, admitted, hasBody);
        next.handleRequest(exchange);
    }

    private void pace(HttpServerExchange exchange, AdmittedRequest admitted, boolean hasBody) {
        if (hasBody) {
            Pace pace = new Pace(config.minBodyRate(), config.bodyPatience());
            PacedWait wait = new PacedWait(pace, admitted::mayWait, () -> limits.refused(LimitKind.PACE));
            exchange.addRequestWrapper((factory, same) -> new PacedSource(factory.create(), wait));
        }
        // Undertow's TLS ignores the timeout when it waits for a writable socket. Only the end of the connection
        // ends the wait.
        boolean isTls = exchange.getConnection().getSslSessionInfo() != null;
        exchange.addResponseWrapper((factory, same) -> {
            Pace pace = new Pace(config.minAnswerRate(), config.answerPatience());
            PacedWait wait = new PacedWait(pace, () -> mayWait(exchange, admitted, isTls), () -> {
                limits.refused(LimitKind.PACE);
                end(exchange, isTls);
            });
            return new PacedSink(factory.create(), wait, isTls);
        });
    }

    /** If it may not, it is too late for an error: the answer has begun. */
    private static boolean mayWait(HttpServerExchange exchange, AdmittedRequest admitted, boolean isTls) {
        boolean mayWait = admitted.mayWait();
        if (!mayWait) {
            end(exchange, isTls);
        }
        return mayWait;
    }

    private static void end(HttpServerExchange exchange, boolean isTls) {
        if (!isTls) { // with TLS this would not wake a waiting thread
            abort(exchange);
        }
        IoUtils.safeClose(exchange.getConnection());
    }

    /** Also makes the kernel discard what it still holds for the client. */
    private static void abort(HttpServerExchange exchange) {
        try {
            exchange.getConnection().setOption(Options.CLOSE_ABORT, true);
        } catch (IOException e) {
            // already closed
        }
    }

    private String client(HttpServerExchange exchange) {
        InetAddress peer = exchange.getSourceAddress().getAddress();
        return forwarded
                .outermost(peer.getHostAddress(), name -> headers(exchange, name))
                .flatMap(ForwardedElement::client)
                .map(Network::ofClient)
                .orElseGet(() -> Network.ofClient(peer));
    }

    private static List<String> headers(HttpServerExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().get(name))
                .<Collection<String>>map(values -> values)
                .map(List::copyOf)
                .orElse(List.of());
    }

    private static void refuse(HttpServerExchange exchange, FixedResponse response) {
        AnswerHeaders.add(
                (name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value),
                exchange.getRequestPath(),
                exchange.getRequestHeaders().getFirst(REQUEST_ID));
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, "application/json")
                .put(Headers.CACHE_CONTROL, "no-store")
                .put(Headers.RETRY_AFTER, LongRequests.RETRY.toSeconds());
        exchange.setStatusCode(response.status());
        exchange.getResponseSender().send(response.body().duplicate());
    }
}
