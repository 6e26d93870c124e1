package org.fedoraproject.registry.http;

import io.undertow.attribute.ExchangeAttribute;
import io.undertow.attribute.RemoteIPAttribute;
import io.undertow.attribute.RemoteUserAttribute;
import io.undertow.attribute.RequestHeaderAttribute;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.ListenerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * Writes the line of the access log for each request that got a request id. WildFly's own access log writes the same line
 * for all other requests, see {@code wildfly-config/access-log.cli}. For each request, WildFly's would build a JSON document,
 * wake a thread and call {@code write(2)}.
 */
public final class AccessLog implements ServletContextListener {
    private static final Logger TEXT = Logger.getLogger("registry.accesslog");
    private static final HttpString REQUEST_ID = new HttpString(AnswerHeaders.REQUEST_ID);

    /** Headers in which the server keeps what the client asked for. */
    private static final ExchangeAttribute PATH = header("path");

    private static final ExchangeAttribute QUERY = header("query");
    private static final ExchangeAttribute TARGET = header("target");
    private static final ExchangeAttribute USER_AGENT = header(Headers.USER_AGENT_STRING);

    private final boolean isJson = isOn("registry.log.json", true);
    private final boolean isText = isOn("registry.log.text", false);
    private final LogClock clock = LogClock.system();
    private final LineOutput output = new LineOutput(new FileOutputStream(FileDescriptor.out));

    private AccessLog() {}

    /** Logs the requests to a deployment that is about to be created, until its end. */
    public static void writeFor(DeploymentInfo deployment) {
        AccessLog log = new AccessLog();
        deployment.addInitialHandlerChainWrapper(next -> exchange -> {
            exchange.addExchangeCompleteListener((ended, listener) -> {
                try {
                    log.write(ended);
                } finally {
                    listener.proceed();
                }
            });
            next.handleRequest(exchange);
        });
        deployment.addListener(new ListenerInfo(AccessLog.class, new ImmediateInstanceFactory<>(log)));
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        output.close();
    }

    private void write(HttpServerExchange exchange) {
        String id = exchange.getResponseHeaders().getFirst(REQUEST_ID);
        if (id == null) {
            return;
        }
        if (isJson) {
            output.add(json(exchange, id).getBytes(StandardCharsets.UTF_8));
        }
        if (isText && TEXT.isInfoEnabled()) {
            TEXT.info(text(exchange, id));
        }
    }

    /** The fields in the order in which WildFly writes them. */
    private String json(HttpServerExchange exchange, String id) {
        return new JsonLine("{\"eventSource\":\"web-access\",\"logger\":\"access\",\"bytes\":")
                .number(exchange.getResponseBytesSent())
                .fixed(",\"timestamp\":\"")
                .fixed(clock.now())
                .fixed("\",\"client\":")
                .string(RemoteIPAttribute.INSTANCE.readAttribute(exchange))
                .fixed(",\"user\":")
                .string(RemoteUserAttribute.INSTANCE.readAttribute(exchange))
                .fixed(",\"path\":")
                .string(PATH.readAttribute(exchange))
                .fixed(",\"query\":")
                .string(QUERY.readAttribute(exchange))
                .fixed(",\"User-Agent\":")
                .string(USER_AGENT.readAttribute(exchange))
                .fixed(",\"method\":")
                .string(exchange.getRequestMethod().toString())
                .fixed(",\"status\":")
                .number(exchange.getStatusCode())
                .fixed(",\"X-Request-Id\":")
                .string(id)
                .fixed(",\"ms\":")
                .number(millis(exchange))
                .fixed("}\n")
                .toString();
    }

    private static String text(HttpServerExchange exchange, String id) {
        String user = RemoteUserAttribute.INSTANCE.readAttribute(exchange);
        String line = exchange.getRequestMethod() + " " + TARGET.readAttribute(exchange) + " " + exchange.getProtocol()
                + " "
                + exchange.getStatusCode() + " " + exchange.getResponseBytesSent() + " bytes " + millis(exchange)
                + " ms "
                + RemoteIPAttribute.INSTANCE.readAttribute(exchange) + " " + (user == null ? "-" : user) + " " + id;
        return PlainText.of(line);
    }

    /** The listeners of {@code wildfly-config} record when a request began. */
    private static long millis(HttpServerExchange exchange) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - exchange.getRequestStartTime());
    }

    private static ExchangeAttribute header(String name) {
        return new RequestHeaderAttribute(new HttpString(name));
    }

    private static boolean isOn(String key, boolean otherwise) {
        return ConfigProvider.getConfig().getOptionalValue(key, Boolean.class).orElse(otherwise);
    }
}
