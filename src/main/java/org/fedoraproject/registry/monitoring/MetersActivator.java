package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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

/**
 * Finds the server's own meter registry. The one that WildFly 39 injects into applications takes neither descriptions
 * nor histograms: it passes on only what its methods without a builder make. The server creates this object before CDI
 * starts, with a constructor without arguments, hence the static hand-over.
 */
public class MetersActivator implements ServiceActivator {
    private static final Logger LOG = Logger.getLogger(MetersActivator.class);

    private static final ServiceName MICROMETER = ServiceName.parse("org.wildfly.extension.micrometer.service");
    private static final int PATIENCE_SECONDS = 30;

    private static final CompletableFuture<MeterRegistry> FOUND = new CompletableFuture<>();

    @Override
    public void activate(ServiceActivatorContext context) {
        if (context.getServiceRegistry().getService(MICROMETER) == null) {
            FOUND.complete(new SimpleMeterRegistry()); // nobody reads it
            return;
        }
        ServiceBuilder<?> builder = context.getServiceTarget().addService();
        Supplier<Object> service = builder.requires(MICROMETER);
        builder.setInstance(new Started(service)).install();
    }

    /** The server's registry, or one that nobody reads if the server has none. */
    static MeterRegistry registry() {
        try {
            return FOUND.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("There are no metrics of the registry, for WildFly's metrics are not there", e);
            return new SimpleMeterRegistry();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SimpleMeterRegistry();
        }
    }

    /** Starts when the server's metrics have started. */
    private record Started(Supplier<Object> service) implements Service {
        @Override
        public void start(StartContext context) {
            try {
                // The class is in a private module of WildFly; the method is public
                Object micrometer = service.get();
                FOUND.complete((MeterRegistry)
                        micrometer.getClass().getMethod("getMicrometerRegistry").invoke(micrometer));
            } catch (ReflectiveOperationException | ClassCastException e) {
                FOUND.completeExceptionally(e);
            }
        }

        @Override
        public void stop(StopContext context) {
            // The server closes it.
        }
    }
}
