package org.fedoraproject.registry.index;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.RepositoryStore;
import org.fedoraproject.registry.store.TagStore;
import org.jboss.logging.Logger;

/** The index of repositories. Each is read from the tree under a lock, so that no older reading replaces a newer one. */
@Singleton
public class Repositories {
    private static final Logger LOG = Logger.getLogger(Repositories.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final IndexConfig config;
    private final RepositoryStore store;
    private final TagStore tags;
    private final List<RepositoryObserver> observers;
    private final RepositoryNames names = new RepositoryNames();
    private boolean reportedFull;
    private volatile boolean complete;

    @Inject
    public Repositories(
            IndexConfig config, RepositoryStore store, TagStore tags, @Any Instance<RepositoryObserver> observers) {
        this(
                config,
                store,
                tags,
                observers.stream().filter(RepositoryObserver::isOn).toList());
    }

    Repositories(IndexConfig config, RepositoryStore store, TagStore tags, List<RepositoryObserver> observers) {
        this.config = config;
        this.store = store;
        this.tags = tags;
        this.observers = List.copyOf(observers);
    }

    /**
     * A page of the repositories whose names contain a text, in any case.
     *
     * @param shown whether the caller may see it
     * @throws RegistryException the endpoint is unknown if there is no index; {@code UNAVAILABLE} until all
     *     repositories were seen once
     */
    public Page.Entries<FoundRepository> search(String text, Page page, Predicate<RepositoryName> shown) {
        requireEnabled();
        if (!complete) {
            throw RegistryException.unavailable(RETRY, null);
        }
        return names.search(text.toLowerCase(Locale.ROOT), page, shown);
    }

    /** @throws RegistryException the endpoint is unknown if there is no index */
    public void requireEnabled() {
        if (!config.enabled()) {
            throw RegistryException.endpointUnknown();
        }
    }

    /** Whether all repositories were seen once since the start. */
    public boolean isComplete() {
        return complete;
    }

    /** Whether there is an index. */
    public boolean isEnabled() {
        return config.enabled();
    }

    public int size() {
        return names.size();
    }

    /** The tags of all repositories together. */
    public long tagCount() {
        return names.tagCount();
    }

    /** About so many bytes of heap. */
    public long heapSize() {
        return names.heapSize();
    }

    void complete() {
        complete = true;
        observers.forEach(RepositoryObserver::complete);
    }

    List<String> between(String from, String to) {
        return names.between(from, to);
    }

    /**
     * Reads a repository, which may have changed or gone.
     *
     * @param step called before each operation on the share
     */
    synchronized void refresh(RepositoryName name, Runnable step) {
        step.run();
        if (!store.exists(name)) {
            names.remove(name);
            observers.forEach(observer -> observer.gone(name));
            return;
        }
        step.run();
        if (names.put(name, tags.count(name))) {
            observers.forEach(observer -> observer.seen(name, step));
        } else if (!reportedFull) {
            reportedFull = true;
            LOG.warnf("The index has %d repositories and no room for more, such as %s", RepositoryNames.LIMIT, name);
        }
    }
}
