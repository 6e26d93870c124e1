package org.fedoraproject.registry.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.quota.Usage.Demand;
import org.jboss.logging.Logger;

/**
 * Counts repositories when they get their first blob or manifest. Clients push several blobs at once, to several
 * instances; a mark on the share makes one of them count the repository. Where no mark can be made, each instance
 * counts it, and the push goes on.
 */
final class NewRepositories {
    private static final Logger LOG = Logger.getLogger(NewRepositories.class);
    private static final long WARNING_PAUSE = TimeUnit.MINUTES.toNanos(1);

    private static final int MAX_KNOWN = 10_000;
    private static final int LOCKS = 64;
    /** The first push may wait for a share that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Recount.Tree tree;
    private final Usage usage;
    private final Function<Usage.Excess, RegistryException> refusal;
    private final Set<RepositoryName> known =
            Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<RepositoryName, Boolean> eldest) {
                    return size() > MAX_KNOWN;
                }
            }));
    /** Pushes to the same new repository wait for the first one, which has the room that all of them need. */
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    private final AtomicLong warnedAt = new AtomicLong(System.nanoTime() - WARNING_PAUSE);
    private volatile long knownSince;

    NewRepositories(Recount.Tree tree, Usage usage, Function<Usage.Excess, RegistryException> refusal) {
        this.tree = tree;
        this.usage = usage;
        this.refusal = refusal;
    }

    /** Refuses a push to a new repository if there is no room for one. */
    void requireRoom(RepositoryName name, List<Account> accounts) {
        List<Demand> demands = demands(accounts);
        if (demands.isEmpty() || isKnown(name) || usage.excess(demands).isEmpty()) {
            return;
        }
        locked(name, () -> {
            Optional<Usage.Excess> excess = usage.excess(demands);
            if (excess.isPresent() && !isKnown(name) && !tree.repositories().exists(name) && !isMarked(name)) {
                throw refusal.apply(excess.get());
            }
        });
    }

    /** To be called before the first blob or manifest is stored. */
    void admit(RepositoryName name, List<Account> accounts) {
        List<Demand> demands = demands(accounts);
        if (demands.isEmpty() || isKnown(name)) {
            return;
        }
        locked(name, () -> {
            if (!isKnown(name) && !tree.repositories().exists(name)) {
                count(name, demands);
            }
            known.add(name);
        });
    }

    /** @throws RegistryException {@code UNAVAILABLE} if another push has the lock for too long */
    private void locked(RepositoryName name, Runnable work) {
        ReentrantLock lock = locks.get(Math.floorMod(name.hashCode(), LOCKS));
        try {
            if (!lock.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw RegistryException.unavailable(PATIENCE, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.unavailable(PATIENCE, e);
        }
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /** A repository may be removed when it is empty, and does not count after the next count. */
    private boolean isKnown(RepositoryName name) {
        long now = usage.count().epoch();
        if (now != knownSince) {
            known.clear();
            knownSince = now;
        }
        return known.contains(name);
    }

    private void count(RepositoryName name, List<Demand> demands) {
        Optional<Usage.Excess> excess = usage.reserve(demands);
        if (excess.isEmpty()) {
            List<Demand> counted = new ArrayList<>();
            try {
                counted.addAll(ask(name, tree.files()::mark, true) ? demands : List.of());
            } finally {
                usage.end(
                        demands,
                        () -> counted.forEach(
                                demand -> usage.addRepository(demand.account().key())));
            }
        } else if (!isMarked(name)) {
            throw refusal.apply(excess.get());
        }
    }

    /** Whether it was counted when it was marked: another push to it may not have stored anything yet. */
    private boolean isMarked(RepositoryName name) {
        return ask(name, tree.files()::isMarked, false);
    }

    private boolean ask(RepositoryName name, Predicate<RepositoryName> question, boolean otherwise) {
        try {
            return question.test(name);
        } catch (RegistryException e) {
            long now = System.nanoTime();
            long last = warnedAt.get();
            if (now - last >= WARNING_PAUSE && warnedAt.compareAndSet(last, now)) {
                LOG.warnf(
                        "Cannot mark new repositories such as %s, so each instance may count them: %s",
                        name, e.getMessage());
            }
            return otherwise;
        }
    }

    private static List<Demand> demands(List<Account> accounts) {
        return accounts.stream()
                .filter(account -> account.kind() == Kind.REPOSITORIES)
                .map(account -> new Demand(account, 1))
                .toList();
    }
}
