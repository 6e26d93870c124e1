package org.fedoraproject.registry.quota;

import java.util.ArrayList;
import java.util.Collection;
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
 * given up when the count ends, unless this instance has seen the tag come after the count's begin. All this errs by
 * counting too much, never too little.
 */
final class Usage {
    /** Clients push the same few layers to many repositories. */
    private static final int MAX_RECENT = 10_000;

    private final Changes own = new Changes();
    private final Map<Long, Long> added = new HashMap<>();
    private final Map<Long, Long> removed = new HashMap<>();
    /** Of tags that came in this epoch. */
    private final Map<Long, Long> undone = new HashMap<>();

    private final Map<Long, Long> reserved = new HashMap<>();
    private final Map<Item, Held> held = new HashMap<>();
    private final Map<Item, Boolean> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Item, Boolean> eldest) {
            return size() > MAX_RECENT;
        }
    };
    private Map<Long, Long> others = Map.of();
    private Collection<Changes> heard = List.of();
    private Count count = Count.NONE;
    private long epoch;

    /** A blob or tag of an account. */
    private record Item(long key, String name) {}

    /** What pushes of the same blob have reserved together. */
    private static final class Held {
        private int pushes;
        private long amount;
    }

    /**
     * What a push needs of an account.
     *
     * @param blob whose bytes these are, which several pushes need only once; empty for tags and repositories
     */
    record Demand(Account account, long amount, String blob) {
        Demand(Account account, long amount) {
            this(account, amount, "");
        }

        private Item item() {
            return new Item(account.key(), blob);
        }
    }

    /** A demand that has no room. */
    record Excess(Demand demand, long used) {}

    /** What has changed since the last exchange. */
    record News(Map<Long, Long> added, Map<Long, Long> removed, Map<Long, Long> undone) {
        boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty() && undone.isEmpty();
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
                        - undone.getOrDefault(key, 0L)
                        + reserved.getOrDefault(key, 0L));
    }

    /** The first demand that has no room; a quota that was not counted for yet has room for all. */
    synchronized Optional<Excess> excess(List<Demand> demands) {
        for (Demand demand : demands) {
            Account account = demand.account();
            long used = used(account.key());
            if (count.covers(account.rule())
                    && !isCounted(demand.item())
                    && demand.amount() > account.rule().limit() - used) {
                return Optional.of(new Excess(demand, used));
            }
        }
        return Optional.empty();
    }

    /** Whether the account has counted the blob lately, or another push has reserved room for it. */
    private boolean isCounted(Item blob) {
        return recent.containsKey(blob) || held.containsKey(blob);
    }

    /** Reserves all of it; or nothing, if some has no room. */
    synchronized Optional<Excess> reserve(List<Demand> demands) {
        Optional<Excess> excess = excess(demands);
        if (excess.isEmpty()) {
            demands.forEach(this::hold);
        }
        return excess;
    }

    private void hold(Demand demand) {
        if (demand.blob().isEmpty()) {
            change(reserved, demand.account().key(), demand.amount());
            return;
        }
        boolean isCounted = isCounted(demand.item());
        Held of = held.computeIfAbsent(demand.item(), blob -> new Held());
        of.pushes++;
        if (!isCounted) {
            of.amount = demand.amount();
            change(reserved, demand.account().key(), of.amount);
        }
    }

    /** Ends a reservation; meanwhile nobody sees what it adds. */
    synchronized void end(List<Demand> demands, Runnable additions) {
        additions.run();
        demands.forEach(this::release);
    }

    private void release(Demand demand) {
        if (demand.blob().isEmpty()) {
            change(reserved, demand.account().key(), -demand.amount());
            return;
        }
        Held of = held.get(demand.item());
        if (--of.pushes == 0) {
            held.remove(demand.item());
            change(reserved, demand.account().key(), -of.amount);
        }
    }

    private static void change(Map<Long, Long> sums, long key, long amount) {
        long sum = sums.getOrDefault(key, 0L) + amount;
        if (sum == 0) {
            sums.remove(key);
        } else {
            sums.put(key, sum);
        }
    }

    /** A repository is in the tree now. */
    synchronized void addRepository(long key) {
        change(added, key, 1);
    }

    /** A tag is in the tree now. */
    synchronized void addTag(long key, String tag) {
        change(added, key, 1);
        if (epoch != count.epoch()) {
            recent.put(new Item(key, tag), true);
        }
    }

    /** A blob is in the tree now; it counts once. */
    synchronized void addBlob(long key, String hex, long size) {
        Item blob = new Item(key, hex);
        if (recent.put(blob, true) == null) {
            change(added, key, size);
            Held pushed = held.get(blob);
            if (pushed != null) {
                change(reserved, key, -pushed.amount);
                pushed.amount = 0;
            }
        }
    }

    /** A tag is not in the tree any more. */
    synchronized void removeTag(long key, String tag) {
        change(recent.remove(new Item(key, tag)) == null ? removed : undone, key, 1);
    }

    /** To be asked before the epoch is read. */
    synchronized News news() {
        return new News(Map.copyOf(added), Map.copyOf(removed), Map.copyOf(undone));
    }

    /** Takes news into the changes of an epoch that was read after them. */
    synchronized void settle(News news, long announced) {
        long now = Math.max(announced, count.epoch());
        boolean isNew = now != epoch;
        if (isNew) {
            own.merge(count.epoch(), epoch);
            epoch = now;
            recent.clear();
        }
        move(news.added(), added, now, 1);
        move(news.removed(), removed, count.epoch(), -1);
        move(news.undone(), undone, isNew ? count.epoch() : now, -1); // the tag came in the epoch before
    }

    private void move(Map<Long, Long> news, Map<Long, Long> from, long to, int sign) {
        news.forEach((key, amount) -> {
            own.add(to, key, sign * amount);
            change(from, key, -amount);
        });
    }

    /** Puts a new count in force; returns whether this makes changes of this instance old. */
    synchronized boolean put(Count newer) {
        count = newer;
        removed.clear(); // these came after the last news, and perhaps before the count ended
        sumOthers();
        return own.forgetBefore(newer.epoch());
    }

    synchronized void putOthers(Collection<Changes> changes) {
        heard = List.copyOf(changes);
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
