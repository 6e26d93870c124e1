package org.fedoraproject.registry.cluster;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jboss.msc.Service;
import org.jboss.msc.service.ServiceActivator;
import org.jboss.msc.service.ServiceActivatorContext;
import org.jboss.msc.service.ServiceBuilder;
import org.jboss.msc.service.ServiceName;
import org.jboss.msc.service.StartContext;
import org.jboss.msc.service.StopContext;
import org.wildfly.clustering.server.GroupMember;
import org.wildfly.clustering.server.dispatcher.CommandDispatcherFactory;

/**
 * Makes the server open its cluster's channel, if it has one. The channel opens on demand. A lookup in JNDI is no
 * demand; an injected resource is one, but it fails the deployment of a server that is in no cluster. The server
 * creates this object before CDI starts, with a constructor without arguments, hence the static hand-over.
 */
public class ClusterActivator implements ServiceActivator {
    private static final Logger LOG = Logger.getLogger(ClusterActivator.class);

    private static final ServiceName FACTORY =
            ServiceName.parse("org.wildfly.clustering.server.default-command-dispatcher-factory");

    /** Completed with an empty value if there is no cluster. */
    private static final CompletableFuture<Optional<CommandDispatcherFactory<GroupMember>>> JOINED =
            new CompletableFuture<>();

    @Override
    public void activate(ServiceActivatorContext context) {
        if (context.getServiceRegistry().getService(FACTORY) == null) {
            JOINED.complete(Optional.empty());
            return;
        }
        ServiceBuilder<?> builder = context.getServiceTarget().addService();
        Supplier<CommandDispatcherFactory<GroupMember>> factory = builder.requires(FACTORY);
        builder.setInstance(new Opened(factory)).install();
    }

    /** Starts when the channel is open. */
    private record Opened(Supplier<CommandDispatcherFactory<GroupMember>> factory) implements Service {
        @Override
        public void start(StartContext context) {
            JOINED.complete(Optional.of(factory.get()));
        }

        @Override
        public void stop(StopContext context) {
            // The server closes the channel.
        }
    }

    /**
     * Returns the factory for commands to the cluster; empty if the server is in no cluster, or has not joined one in
     * time.
     */
    static Optional<CommandDispatcherFactory<GroupMember>> factory(long time, TimeUnit unit) {
        try {
            return JOINED.get(time, unit);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warnf("The cluster's channel did not open within %d %s; this instance goes on alone", time, unit);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
