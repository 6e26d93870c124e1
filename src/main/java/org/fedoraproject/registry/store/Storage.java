package org.fedoraproject.registry.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedoraproject.registry.nfs.NfsConnection;
import org.fedoraproject.registry.nfs.NfsConnectionFactory;
import org.fedoraproject.registry.nfs.NfsStatistics;
import org.fedoraproject.registry.nfs.NfsUnavailableException;
import org.fedoraproject.registry.oci.RegistryException;
import org.jboss.logging.Logger;

/**
 * The stores' access to the tree: gives each operation a connection, and maps failures to the specification's errors.
 */
@Singleton
class Storage {
    private static final Logger LOG = Logger.getLogger(Storage.class);

    private final NfsConnectionFactory factory;
    private final Layout layout;

    @Inject
    Storage(NfsConnectionFactory factory) {
        this.factory = factory;
        this.layout = new Layout(factory.root());
    }

    interface Action {
        void run(NfsConnection connection) throws IOException;
    }

    interface FileUse<T> {
        T apply() throws IOException;
    }

    interface FileAction {
        void run() throws IOException;
    }

    Layout layout() {
        return layout;
    }

    /** How many operations on the share may run at once. */
    int maxConnections() {
        return factory.statistics().maxConnections();
    }

    /** The bytes in use on the share; 0 if it is not known. */
    long used() {
        NfsStatistics.Space space = factory.statistics().space();
        return space.total() - space.free();
    }

    /**
     * Why files' times cannot be relied on, or nothing can be renamed, at the moment; empty if all is well. A full share
     * takes both.
     */
    Optional<String> fault(Duration maxSkew) {
        NfsStatistics now = factory.statistics();
        Optional<String> fault = now.fault().or(() -> now.unwritable().filter(why -> !isFull(why)));
        if (fault.isPresent()) {
            return fault;
        }
        return now.skew().abs().compareTo(maxSkew) <= 0
                ? Optional.empty()
                : Optional.of("the file server's clock and this host's differ by "
                        + now.skew().abs().toMillis() + " ms, more than " + maxSkew.toMillis());
    }

    /** Waits a moment for another request. */
    void pause(Duration moment) {
        try {
            Thread.sleep(moment);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.unavailable(moment, e);
        }
    }

    /** @throws RegistryException {@code UNAVAILABLE}, {@code STORAGE_FULL} or {@code UNKNOWN} */
    <T> T use(NfsConnectionFactory.Work<T> work) {
        try {
            return factory.use(work);
        } catch (IOException e) {
            throw toRegistryException(e);
        }
    }

    /** As {@link NfsConnectionFactory#carry}. */
    <T> Callable<T> carry(Callable<T> work) {
        return factory.carry(work);
    }

    /** @throws RegistryException as {@link #use} */
    void run(Action action) {
        use(connection -> {
            action.run(connection);
            return true;
        });
    }

    static void runFile(FileAction action) {
        useFile(() -> {
            action.run();
            return true;
        });
    }

    /** The same for operations on an open file, which takes its connections itself. */
    static <T> T useFile(FileUse<T> use) {
        try {
            return use.apply();
        } catch (IOException e) {
            throw toRegistryException(e);
        }
    }

    private static boolean isFull(String reason) {
        return reason.endsWith("No space left on device") || reason.endsWith("Disk quota exceeded");
    }

    static RegistryException toRegistryException(IOException e) {
        if (e instanceof NfsUnavailableException unavailable) {
            LOG.warnf("Refused a request: %s", e.getMessage());
            return RegistryException.unavailable(unavailable.retryAfter(), e);
        }
        LOG.error("The storage failed", e);
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        if (reason != null && isFull(reason)) {
            return RegistryException.storageFull(e);
        }
        // while an export is recreated, it denies access or seems empty for a moment
        boolean mayRecover = e instanceof AccessDeniedException
                || e instanceof NoSuchFileException
                || reason != null
                        && (reason.endsWith("Stale file handle")
                                || reason.endsWith("Read-only file system")
                                || reason.endsWith("Input/output error"));
        return mayRecover ? RegistryException.unavailable(Duration.ofSeconds(5), e) : RegistryException.storageFault(e);
    }
}
