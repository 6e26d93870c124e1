package org.fedoraproject.registry.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
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
 * Finds the server's own meter registry. The one that WildFly 39 injects into applications has no histograms: it passes
 * on only what its methods without a builder make, and a configuration of its meters is not supported. The server
 * creates this object before CDI starts, with a constructor without arguments, hence the static hand-over.
 */
public class HistogramActivator implements ServiceActivator {
    private static final Logger LOG = Logger.getLogger(HistogramActivator.class);

    private static final ServiceName MICROMETER = ServiceName.parse("org.wildfly.extension.micrometer.service");

    private static volatile Optional<MeterRegistry> found = Optional.empty();

    /** The server's registry; empty as long as it has not started, and if the server has none. */
    static Optional<MeterRegistry> registry() {
        return found;
    }

    @Override
    public void activate(ServiceActivatorContext context) {
        if (context.getServiceRegistry().getService(MICROMETER) != null) {
            ServiceBuilder<?> builder = context.getServiceTarget().addService();
            Supplier<Object> service = builder.requires(MICROMETER);
            builder.setInstance(new Started(service)).install();
        }
    }

    /** Starts when the server's metrics have started. */
    private record Started(Supplier<Object> service) implements Service {
        @Override
        public void start(StartContext context) {
            try {
                // Its class is in a private module of WildFly; the method is public
                Object micrometer = service.get();
                Object registry =
                        micrometer.getClass().getMethod("getMicrometerRegistry").invoke(micrometer);
                found = Optional.of((MeterRegistry) registry);
            } catch (ReflectiveOperationException | ClassCastException e) {
                LOG.warn("There are no histograms: this version of WildFly gives its meter registry in another way", e);
            }
        }

        @Override
        public void stop(StopContext context) {
            found = Optional.empty();
        }
    }
}
