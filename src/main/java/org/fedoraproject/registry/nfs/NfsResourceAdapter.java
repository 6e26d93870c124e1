package org.fedoraproject.registry.nfs;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.fedoraproject.registry.duty.Duties;
import org.jboss.logging.Logger;

/**
 * Starts and stops the file resource with the application: makes the connection factory, binds it to
 * {@value #JNDI_NAME} and for injection, validates the mount in the background, and deletes the temporary files of
 * instances that died.
 */
@Singleton
public class NfsResourceAdapter {
    public static final String JNDI_NAME = "java:global/nfs/registry";

    private static final Logger LOG = Logger.getLogger(NfsResourceAdapter.class);

    /** None of our writes takes this long between its begin and its rename. */
    private static final Duration LEFTOVER_AGE = Duration.ofHours(24);

    /** More than the clocks of hosts with NTP differ. It does no harm, because leases use the server's clock. */
    private static final Duration MAX_SKEW = Duration.ofSeconds(2);

    private static final Duration CLOCK_PAUSE = Duration.ofSeconds(10);

    private final NfsConfig config;
    private final NfsConnectionFactory factory;
    private boolean usable = true;
    private boolean writable = true;
    private boolean inStep = true;

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

    @SuppressWarnings("BanJNDI") // this is Jakarta Connectors' way to a resource, and the name is a constant
    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) throws NamingException {
        new InitialContext().bind(JNDI_NAME, factory);
        // Other work may hang on the same share, in all threads of the scheduler
        duties.startInOwnThread(
                "share-validation", config.validationInterval(), config.validationInterval(), this::validate);
        duties.startInOwnThread("share-clock", CLOCK_PAUSE, CLOCK_PAUSE, this::readClock);
        duties.start("sweep", Duration.ofMinutes(1), Duration.ofDays(1), this::sweep);
        report();
        LOG.infof("The tree is at %s; at most %d connections", config.root(), config.maxConnections());
    }

    /** The JNDI name belongs to the deployment and is removed with it. */
    @PreDestroy
    void stop() {
        factory.close();
    }

    private void validate() {
        factory.validate();
        report();
    }

    /** Separate from the validation, because a server that is slow to write still answers. */
    private void readClock() {
        if (factory.statistics().fault().isEmpty()) {
            factory.readClock();
            report();
        }
    }

    /** Logs what has changed since the last call. */
    private synchronized void report() {
        NfsStatistics now = factory.statistics();
        if (now.fault().isEmpty() != usable) {
            usable = !usable;
            log(
                    usable,
                    "The mount answers again",
                    "The mount is unusable: " + now.fault().orElse(""));
        }
        if (now.unwritable().isEmpty() != writable) {
            writable = !writable;
            log(
                    writable,
                    "The share takes writes again",
                    "The share takes no writes: " + now.unwritable().orElse(""));
        }
        if (now.skew().abs().compareTo(MAX_SKEW) < 0 != inStep) {
            inStep = !inStep;
            log(
                    inStep,
                    "The clocks of server and host agree again",
                    "The file server's clock is " + now.skew().toMillis()
                            + " ms ahead of this host's: set them by NTP");
        }
    }

    private static void log(boolean well, String good, String bad) {
        LOG.log(well ? Logger.Level.INFO : Logger.Level.ERROR, well ? good : bad);
    }

    private void sweep() throws IOException {
        factory.use(connection -> {
            connection.sweep(FileTime.from(connection.now().minus(LEFTOVER_AGE)));
            return true;
        });
    }
}
