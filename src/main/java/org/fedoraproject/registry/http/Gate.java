package org.fedoraproject.registry.http;

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
import org.fedoraproject.registry.oci.ErrorCode;
import org.xnio.IoUtils;
import org.xnio.Options;

/**
 * Where each request comes by first, on any route, before it has a thread: lets so many of a client in at once, and so many in all
 * that a thread may have to wait for; and from here on their bodies and answers move at a pace. What is refused is answered, and
 * what is left of its body is read, by the few threads that wait for no client.
 */
@Singleton
public class Gate {
    private static final HttpString REQUEST_ID = new HttpString(AnswerHeaders.REQUEST_ID);

    private final LimitConfig config;
    private final Limits limits;
    private final LongRequests longRequests;
    private final Forwarding forwarding;
    private final AtOnce atOnce;
    private final Refusal tooMany;
    private final Refusal busy;

    /** An answer that is the same for everybody. */
    private record Refusal(int status, ByteBuffer body) {
        private Refusal(ErrorCode code, String detail, Json json) {
            this(code.status(), ByteBuffer.wrap(json.write(Errors.of(code, detail))));
        }
    }

    @Inject
    public Gate(HttpConfig http, LimitConfig config, Limits limits, LongRequests longRequests, Json json) {
        this.config = config;
        this.limits = limits;
        this.longRequests = longRequests;
        this.forwarding = new Forwarding(http);
        this.atOnce = new AtOnce(config.maxRequestsAtOnce());
        this.tooMany = new Refusal(
                ErrorCode.TOOMANYREQUESTS,
                "at most " + config.maxRequestsAtOnce() + " requests of an address at once",
                json);
        this.busy = new Refusal(ErrorCode.UNAVAILABLE, "ask again later", json);
    }

    void open(@Observes @Initialized(ApplicationScoped.class) ServletContext context) {
        context.setAttribute(Gate.class.getName(), this);
    }

    static Gate of(ServletContext context) {
        return (Gate) context.getAttribute(Gate.class.getName());
    }

    void pass(HttpServerExchange exchange, HttpHandler next) throws Exception {
        String client = client(exchange);
        if (!atOnce.enter(client)) {
            limits.refused(Limit.AT_ONCE);
            refuse(exchange, tooMany);
            return;
        }
        Visit visit = new Visit(client, atOnce, longRequests);
        exchange.putAttachment(Visit.KEY, visit);
        exchange.addExchangeCompleteListener((ended, listener) -> {
            visit.end();
            listener.proceed();
        });
        boolean hasBody = !exchange.isRequestComplete();
        if (hasBody && !visit.mayWait()) {
            refuse(exchange, busy);
            return;
        }
        pace(exchange, visit, hasBody);
        next.handleRequest(exchange);
    }

    private void pace(HttpServerExchange exchange, Visit visit, boolean hasBody) {
        if (hasBody) {
            Pace pace = new Pace(config.minBodyRate(), config.bodyPatience());
            Wait wait = new Wait(pace, visit::mayWait, () -> limits.refused(Limit.PACE));
            exchange.addRequestWrapper((factory, same) -> new PacedSource(factory.create(), wait));
        }
        // Undertow's TLS waits for a socket until it is writable, whatever it was asked; what ends that, is the end of
        // the connection
        boolean isTls = exchange.getConnection().getSslSessionInfo() != null;
        exchange.addResponseWrapper((factory, same) -> {
            Pace pace = new Pace(config.minAnswerRate(), config.answerPatience());
            Wait wait = new Wait(pace, () -> mayWait(exchange, visit, isTls), () -> {
                limits.refused(Limit.PACE);
                end(exchange, isTls);
            });
            return new PacedSink(factory.create(), wait, isTls);
        });
    }

    /** Where it may not, it is too late to say so: the answer has begun. */
    private static boolean mayWait(HttpServerExchange exchange, Visit visit, boolean isTls) {
        boolean mayWait = visit.mayWait();
        if (!mayWait) {
            end(exchange, isTls);
        }
        return mayWait;
    }

    private static void end(HttpServerExchange exchange, boolean isTls) {
        if (!isTls) { // with TLS it would wake no thread that waits
            abort(exchange);
        }
        IoUtils.safeClose(exchange.getConnection());
    }

    /** Lets the kernel give up as well what it still has for the client. */
    private static void abort(HttpServerExchange exchange) {
        try {
            exchange.getConnection().setOption(Options.CLOSE_ABORT, true);
        } catch (IOException e) {
            // it has ended by itself
        }
    }

    private String client(HttpServerExchange exchange) {
        InetAddress peer = exchange.getSourceAddress().getAddress();
        return forwarding
                .outermost(peer.getHostAddress(), name -> headers(exchange, name))
                .flatMap(Hop::client)
                .map(Network::ofClient)
                .orElseGet(() -> Network.ofClient(peer));
    }

    private static List<String> headers(HttpServerExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().get(name))
                .<Collection<String>>map(values -> values)
                .map(List::copyOf)
                .orElse(List.of());
    }

    private static void refuse(HttpServerExchange exchange, Refusal refusal) {
        AnswerHeaders.add(
                (name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value),
                exchange.getRequestPath(),
                exchange.getRequestHeaders().getFirst(REQUEST_ID));
        exchange.getResponseHeaders()
                .put(Headers.CONTENT_TYPE, "application/json")
                .put(Headers.CACHE_CONTROL, "no-store")
                .put(Headers.RETRY_AFTER, LongRequests.RETRY.toSeconds());
        exchange.setStatusCode(refusal.status());
        exchange.getResponseSender().send(refusal.body().duplicate());
    }
}
