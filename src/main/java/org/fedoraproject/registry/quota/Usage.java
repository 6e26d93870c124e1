package org.fedoraproject.registry.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is used at the moment: the last count, and the changes since, of this instance and of others. Needs no operation
 * on the share; {@link Exchange} tells other instances about every second.
 *
 * <p>A change that an instance has seen before it knew of a new count belongs to the epoch before, and is in the new
 * count, because it was in the tree when that began. All other changes belong to the new epoch, and are not in the new
 * count unless they came within that second. A tag that is deleted while a count runs may be in it; so such a change is
 * given up when the count ends. All this errs by counting too much, never too little.
 */
final class Usage {
    /** Clients push the same few layers to many repositories. */
    private static final int MAX_RECENT = 10_000;

    private final Changes own = new Changes();
    private final Map<Long, Long> added = new HashMap<>();
    private final Map<Long, Long> removed = new HashMap<>();
    private final Map<Long, Long> reserved = new HashMap<>();
    private final Map<Recent, Boolean> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Recent, Boolean> eldest) {
            return size() > MAX_RECENT;
        }
    };
    private Map<Long, Long> others = Map.of();
    private List<Changes> heard = List.of();
    private Count count = Count.NONE;
    private long epoch;

    /** A blob that an account has counted in this epoch. */
    private record Recent(long key, String hex) {}

    /** What a push needs of an account. */
    record Demand(Account account, long amount) {}

    /** A demand that has no room. */
    record Excess(Demand demand, long used) {}

    /** What has changed since the last exchange. */
    record News(Map<Long, Long> added, Map<Long, Long> removed) {
        boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty();
        }
    }

    synchronized Count count() {
        return count;
    }

    synchronized long used(long key) {
        return Math.max(
                0,
                count.used().get(key)
                        + others.getOrDefault(key, 0L)
                        + own.get(key)
                        + added.getOrDefault(key, 0L)
                        - removed.getOrDefault(key, 0L)
                        + reserved.getOrDefault(key, 0L));
    }

    /** The first demand that has no room; a quota that was not counted for yet has room for all. */
    synchronized Optional<Excess> excess(List<Demand> demands) {
        for (Demand demand : demands) {
            Account account = demand.account();
            long used = used(account.key());
            if (count.covers(account.rule()) && demand.amount() > account.rule().limit() - used) {
                return Optional.of(new Excess(demand, used));
            }
        }
        return Optional.empty();
    }

    /** Reserves all of it; or nothing, if some has no room. */
    synchronized Optional<Excess> reserve(List<Demand> demands) {
        Optional<Excess> excess = excess(demands);
        if (excess.isEmpty()) {
            demands.forEach(demand -> change(reserved, demand.account().key(), demand.amount()));
        }
        return excess;
    }

    /** Ends a reservation; meanwhile nobody sees what it adds. */
    synchronized void end(List<Demand> demands, Runnable additions) {
        demands.forEach(demand -> change(reserved, demand.account().key(), -demand.amount()));
        additions.run();
    }

    private static void change(Map<Long, Long> sums, long key, long amount) {
        sums.merge(key, amount, (before, more) -> before + more == 0 ? null : Long.valueOf(before + more));
    }

    /** Something is in the tree now. */
    synchronized void add(long key, long amount) {
        change(added, key, amount);
    }

    /** The same for a blob, which counts once. */
    synchronized void addBlob(long key, String hex, long size) {
        if (recent.put(new Recent(key, hex), true) == null) {
            change(added, key, size);
        }
    }

    /** Whether the account has counted the blob lately. */
    synchronized boolean hasCounted(long key, String hex) {
        return recent.containsKey(new Recent(key, hex));
    }

    synchronized void remove(long key, long amount) {
        change(removed, key, amount);
    }

    /** To be asked before the epoch is read. */
    synchronized News news() {
        return new News(Map.copyOf(added), Map.copyOf(removed));
    }

    /** Takes news into the changes of an epoch that was read after them. */
    synchronized void settle(News news, long announced) {
        long now = Math.max(announced, count.epoch());
        if (now != epoch) {
            epoch = now;
            recent.clear();
        }
        news.added().forEach((key, amount) -> {
            own.add(now, key, amount);
            change(added, key, -amount);
        });
        news.removed().forEach((key, amount) -> {
            own.add(count.epoch(), key, -amount);
            change(removed, key, -amount);
        });
    }

    /** Puts a new count in force; returns whether this makes changes of this instance old. */
    synchronized boolean put(Count newer) {
        count = newer;
        sumOthers();
        return own.forgetBefore(newer.epoch());
    }

    synchronized void putOthers(List<Changes> changes) {
        heard = changes;
        sumOthers();
    }

    /** A count has in it what the others changed before it. */
    private void sumOthers() {
        Map<Long, Long> total = new HashMap<>();
        heard.forEach(each -> each.addTo(total, count.epoch()));
        others = total;
    }

    /** What other instances must know; empty if there is nothing. */
    synchronized String text() {
        return own.toString();
    }

    synchronized int size() {
        return own.size();
    }

    /** Those that have no count yet. */
    synchronized List<Rule> missing(Rules rules) {
        List<Rule> missing = new ArrayList<>();
        for (Rule rule : rules.all()) {
            if (!count.covers(rule)) {
                missing.add(rule);
            }
        }
        return missing;
    }
}
