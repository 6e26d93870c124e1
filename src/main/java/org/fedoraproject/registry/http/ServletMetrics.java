package org.fedoraproject.registry.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.MetricsHandler;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.MetricsCollector;
import io.undertow.servlet.handlers.ServletRequestContext;
import java.util.HashMap;
import java.util.Map;

/** Counts requests for WildFly's metrics of each servlet as Undertow does, except the server's own requests. */
public final class ServletMetrics implements HttpHandler {
    private final HttpHandler next;
    private final Map<String, MetricsHandler> servlets = new HashMap<>();

    private ServletMetrics(HttpHandler next, DeploymentInfo deployment, MetricsCollector collector) {
        this.next = next;
        for (String servlet : deployment.getServlets().keySet()) {
            MetricsHandler figures = new MetricsHandler(next);
            servlets.put(servlet, figures);
            collector.registerMetric(servlet, figures);
        }
    }

    /**
     * Replaces Undertow's own counting, if it is on, in a deployment that is about to be created. The deployment has a
     * copy of the settings that the server reads.
     */
    public static void countIn(DeploymentInfo deployment) {
        MetricsCollector collector = deployment.getMetricsCollector();
        if (collector != null) {
            deployment.setMetricsCollector(null);
            deployment.addInnerHandlerChainWrapper(next -> new ServletMetrics(next, deployment, collector));
        }
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        MetricsHandler figures = SelfRequests.isOwn(exchange) ? null : servlets.get(servlet(exchange));
        if (figures == null) {
            next.handleRequest(exchange);
        } else {
            figures.handleRequest(exchange);
        }
    }

    private static String servlet(HttpServerExchange exchange) {
        return exchange.getAttachment(ServletRequestContext.ATTACHMENT_KEY)
                .getCurrentServlet()
                .getManagedServlet()
                .getServletInfo()
                .getName();
    }
}
