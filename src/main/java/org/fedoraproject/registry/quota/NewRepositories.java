package org.fedoraproject.registry.quota;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.quota.Usage.Demand;

/**
 * Counts repositories when they get their first blob or manifest. Clients push several blobs at once, to several
 * instances; a mark on the share makes one of them count the repository.
 */
final class NewRepositories {
    private static final int MAX_KNOWN = 10_000;

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

    private volatile long knownSince;

    NewRepositories(Recount.Tree tree, Usage usage, Function<Usage.Excess, RegistryException> refusal) {
        this.tree = tree;
        this.usage = usage;
        this.refusal = refusal;
    }

    /** Refuses a push to a new repository if there is no room for one. */
    void requireRoom(RepositoryName name, List<Account> accounts) {
        List<Demand> demands = demands(accounts);
        if (demands.isEmpty() || isKnown(name)) {
            return;
        }
        Optional<Usage.Excess> excess = usage.excess(demands);
        if (excess.isPresent() && !tree.repositories().exists(name)) {
            throw refusal.apply(excess.get());
        }
    }

    /** To be called before the first blob or manifest is stored. */
    void admit(RepositoryName name, List<Account> accounts) {
        List<Demand> demands = demands(accounts);
        if (demands.isEmpty() || isKnown(name)) {
            return;
        }
        if (!tree.repositories().exists(name)) {
            Optional<Usage.Excess> excess = usage.reserve(demands);
            if (excess.isPresent()) {
                throw refusal.apply(excess.get());
            }
            count(name, demands);
        }
        known.add(name);
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
        boolean[] isFirst = new boolean[1];
        try {
            isFirst[0] = tree.files().mark(name);
        } finally {
            usage.end(demands, () -> {
                if (isFirst[0]) {
                    demands.forEach(demand -> usage.add(demand.account().key(), 1));
                }
            });
        }
    }

    private static List<Demand> demands(List<Account> accounts) {
        return accounts.stream()
                .filter(account -> account.kind() == Kind.REPOSITORIES)
                .map(account -> new Demand(account, 1))
                .toList();
    }
}
