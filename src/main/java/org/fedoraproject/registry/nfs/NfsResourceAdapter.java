package org.fedoraproject.registry.nfs;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jboss.logging.Logger;

/**
 * Begins and ends the file resource with the application: makes the connection factory, binds it to {@value #JNDI_NAME} and
 * for injection, validates the mount in the background, and sweeps up after instances that died.
 */
@Singleton
public class NfsResourceAdapter {
    public static final String JNDI_NAME = "java:global/nfs/registry";

    private static final Logger LOG = Logger.getLogger(NfsResourceAdapter.class);

    /** No write of ours takes so long between its begin and its rename. */
    private static final Duration LEFTOVER_AGE = Duration.ofHours(24);

    private final NfsConfig config;
    private final NfsConnectionFactory factory;
    private final List<Future<?>> duties = new ArrayList<>();
    private boolean usable = true;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    public NfsResourceAdapter(NfsConfig config) throws IOException {
        this.config = config;
        this.factory = new NfsConnectionFactory(config);
    }

    @Produces
    @Singleton
    public NfsConnectionFactory connectionFactory() {
        return factory;
    }

    @SuppressWarnings("BanJNDI") // it is the connectors way to a resource, and the name is a constant
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) throws NamingException {
        new InitialContext().bind(JNDI_NAME, factory);
        long interval = config.validationInterval().toMillis();
        duties.add(scheduler.scheduleWithFixedDelay(this::validate, interval, interval, TimeUnit.MILLISECONDS));
        duties.add(scheduler.scheduleWithFixedDelay(this::sweep, 1, TimeUnit.DAYS.toMinutes(1), TimeUnit.MINUTES));
        LOG.infof("The tree is at %s; at most %d connections", config.root(), config.maxConnections());
    }

    /** The name goes by itself, for it belongs to the deployment. */
    @PreDestroy
    void stop() {
        duties.forEach(duty -> duty.cancel(false));
    }

    private void validate() {
        factory.validate();
        NfsStatistics statistics = factory.statistics();
        if (statistics.fault().isEmpty() != usable) {
            usable = !usable;
            LOG.log(
                    usable ? Logger.Level.INFO : Logger.Level.ERROR,
                    usable
                            ? "The mount answers again"
                            : "The mount is unusable: " + statistics.fault().orElseThrow());
        }
    }

    private void sweep() {
        try (NfsConnection connection = factory.getConnection()) {
            connection.sweep(FileTime.from(Instant.now().minus(LEFTOVER_AGE)));
        } catch (IOException e) {
            LOG.warnf("Leftovers were not swept up: %s", e);
        }
    }
}
