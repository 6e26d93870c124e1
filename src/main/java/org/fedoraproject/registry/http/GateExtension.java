package org.fedoraproject.registry.http;

import io.undertow.servlet.ServletExtension;
import io.undertow.servlet.api.DeploymentInfo;
import jakarta.servlet.ServletContext;

/** Puts the {@link Gate} in front of servlets and filters; Undertow finds this class by {@code META-INF/services}. */
public class GateExtension implements ServletExtension {
    @Override
    public void handleDeployment(DeploymentInfo deployment, ServletContext context) {
        deployment.addInitialHandlerChainWrapper(
                next -> exchange -> Gate.of(context).pass(exchange, next));
    }
}
