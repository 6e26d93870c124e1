package org.fedoraproject.registry.limit;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.ServletExtension;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.handlers.ServletRequestContext;
import io.undertow.util.Headers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import org.fedoraproject.registry.http.AccessLog;
import org.fedoraproject.registry.http.SelfRequests;
import org.fedoraproject.registry.http.ServletMetrics;

/**
 * Puts the {@link AdmissionHandler} in front of servlets and filters, routes the server's own requests through it, and excludes
 * these from the metrics and the access log. Undertow finds this class by {@code META-INF/services}.
 */
public class AdmissionExtension implements ServletExtension {
    @Override
    public void handleDeployment(DeploymentInfo deployment, ServletContext context) {
        SelfRequests self = SelfRequests.create(context);
        deployment.addInitialHandlerChainWrapper(next -> {
            HttpHandler admission = exchange -> AdmissionHandler.of(context).handle(exchange, next);
            self.leadTo(admission);
            return admission;
        });
        AccessLog.writeFor(deployment); // around what the server's own requests are led to
        deployment.addInnerHandlerChainWrapper(next -> exchange -> {
            takeOver(exchange);
            next.handleRequest(exchange);
        });
        ServletMetrics.countIn(deployment);
    }

    /**
     * Removes the {@code Retry-After} that the server sets for a missing or suspended application (see
     * {@code wildfly-config/undertow.cli}).
     */
    private static void takeOver(HttpServerExchange exchange) {
        if (exchange.getAttachment(ServletRequestContext.ATTACHMENT_KEY).getDispatcherType()
                == DispatcherType.REQUEST) {
            exchange.getResponseHeaders().remove(Headers.RETRY_AFTER);
        }
    }
}
