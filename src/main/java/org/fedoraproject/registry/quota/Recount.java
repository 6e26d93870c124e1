package org.fedoraproject.registry.quota;

import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.QuotaExcess.User;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.store.QuotaFiles;
import org.fedoraproject.registry.store.QuotaScan;
import org.fedoraproject.registry.store.RepositoryStore;

/**
 * Counts what the tree has, repository by repository; of blobs that several have, the first one in the catalog's order
 * is the one that uses it. After a failure of the share, it goes on with the same repository. For one thread.
 */
final class Recount {
    private static final int BATCH = 1000;

    /** Takes 36 MiB. */
    private static final int MAX_DISTINCT = 1_500_000;

    private final Tree tree;
    private final Rules rules;
    private final Instant until;
    private final Pace pace;
    private final int maxDistinct;

    private LongSums used;
    private Map<Long, Top> tops;
    private LongSums distinct;
    private int parts;
    private int part;

    /** What is read. */
    record Tree(RepositoryStore repositories, QuotaScan scan, QuotaFiles files) {}

    /** What is used, by the keys of accounts; and who uses most, by the ids of rules. */
    record Result(LongSums used, Map<Long, List<User>> by) {}

    /** There are too many blobs to know at once which ones were counted. */
    private static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** @param until what is newer is left out */
    Recount(Tree tree, Rules rules, Instant until, Pace pace) {
        this(tree, rules, until, pace, MAX_DISTINCT);
    }

    Recount(Tree tree, Rules rules, Instant until, Pace pace, int maxDistinct) {
        this.tree = tree;
        this.rules = rules;
        this.until = until;
        this.pace = pace;
        this.maxDistinct = maxDistinct;
    }

    Result run() {
        for (parts = 1; ; parts *= 2) {
            used = new LongSums();
            tops = new HashMap<>();
            try {
                for (part = 0; part < parts; part++) {
                    distinct = new LongSums();
                    walk();
                }
                return result();
            } catch (TooManyException e) {
                // again, with fewer blobs at once
            }
        }
    }

    private Result result() {
        Map<Long, List<User>> by = new HashMap<>();
        tops.forEach((key, top) -> by.put(key, top.users()));
        return new Result(used, by);
    }

    private void walk() {
        new Page(BATCH, "").forEach(this::names, RepositoryName::value, name -> visit(name, rules.accounts(name)));
    }

    private Page.Entries<RepositoryName> names(Page page) {
        return pace.retry(() -> {
            pace.step();
            return tree.repositories().list(page);
        });
    }

    private void visit(RepositoryName name, List<Account> accounts) {
        pace.step();
        countBlobs(name, of(Kind.BYTES, accounts));
        if (part == 0) {
            countTags(name, of(Kind.TAGS, accounts));
            countRepository(name, of(Kind.REPOSITORIES, accounts));
        }
    }

    private static List<Account> of(Kind kind, List<Account> accounts) {
        return accounts.stream().filter(account -> account.kind() == kind).toList();
    }

    private void countBlobs(RepositoryName name, List<Account> accounts) {
        if (!accounts.isEmpty()) {
            Map<Account, Long> sums = new HashMap<>();
            pace.retry(() -> {
                tree.scan()
                        .blobs(
                                name,
                                until,
                                digest -> isUncounted(digest, accounts),
                                pace::step,
                                digest -> add(digest, accounts, sums));
                return sums;
            });
            sums.forEach((account, sum) -> add(account, name, sum));
        }
    }

    private void countTags(RepositoryName name, List<Account> accounts) {
        if (!accounts.isEmpty()) {
            long count = pace.retry(() -> tree.scan().tags(name, until, pace::step));
            accounts.forEach(account -> add(account, name, count));
        }
    }

    private void countRepository(RepositoryName name, List<Account> accounts) {
        if (!accounts.isEmpty()) {
            boolean isNew = pace.retry(() -> {
                pace.step();
                return tree.files().isMarkedSince(name, until);
            });
            accounts.forEach(account -> add(account, name, isNew ? 0 : 1));
        }
    }

    private static long bits(Digest digest) {
        return HexFormat.fromHexDigitsToLong(digest.hex(), 0, 2 * Long.BYTES);
    }

    /** Whether it belongs to this part, and some account does not have it yet. */
    private boolean isUncounted(Digest digest, List<Account> accounts) {
        long bits = bits(digest);
        return (bits & parts - 1) == part
                && accounts.stream().anyMatch(account -> !distinct.contains(account.key() ^ bits));
    }

    /** Notes the digest only with its size, so that nothing is lost if that cannot be read now. */
    private void add(Digest digest, List<Account> accounts, Map<Account, Long> sums) {
        pace.step();
        long size = tree.scan().size(digest).orElse(0L);
        for (Account account : accounts) {
            if (distinct.add(account.key() ^ bits(digest), 0)) {
                sums.merge(account, size, Long::sum);
            }
        }
        if (distinct.size() > maxDistinct) {
            throw new TooManyException();
        }
    }

    /** The catalog has the repositories of a namespace one after the other. */
    private void add(Account account, RepositoryName name, long amount) {
        used.add(account.key(), amount);
        if (part == 0) { // a part of the blobs, by their digests, stands for all
            User user = account.rule().each().isEmpty()
                    ? new User(name.value(), amount * parts)
                    : new User(account.name(), used.get(account.key()) * parts);
            tops.computeIfAbsent(account.rule().id(), id -> new Top()).add(user);
        }
    }
}
