package org.fedoraproject.registry.quota;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.fedoraproject.registry.cluster.Switch;
import org.fedoraproject.registry.cluster.Switches;
import org.fedoraproject.registry.config.LiveFile;
import org.fedoraproject.registry.duty.Duties;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.QuotaExcess;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.quota.Usage.Demand;
import org.fedoraproject.registry.store.QuotaFiles;
import org.fedoraproject.registry.store.QuotaScan;
import org.fedoraproject.registry.store.RepositoryStore;

/**
 * What pushes ask before they add something to a repository. As long as there is room, that needs no operation on the
 * share, except for repositories that this instance has not seen yet where their number is limited. Without room, what
 * is there already may still be pushed again; all else is {@code DENIED}.
 */
@Singleton
public class Quotas {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration COUNT_PAUSE = Duration.ofSeconds(5);
    private static final Duration LAST_EXCHANGE = Duration.ofSeconds(3);

    private final Optional<LiveFile<Rules>> file;
    private final Usage usage = new Usage();
    private final NewRepositories repositories;
    private final Exchange exchange;
    private final Counter counter;
    private final AtomicLong refusals = new AtomicLong();

    @Inject
    public Quotas(
            QuotaConfig config, RepositoryStore repositories, QuotaScan scan, QuotaFiles files, Switches switches) {
        this(config, new Recount.Tree(repositories, scan, files), () -> switches.isOn(Switch.READ_ONLY));
    }

    Quotas(QuotaConfig config, Recount.Tree tree, BooleanSupplier readOnly) {
        this.file = config.rules().map(name -> new LiveFile<>(QuotaConfig.RULES, name, RuleReader::read));
        this.repositories = new NewRepositories(tree, usage, this::refusal);
        this.exchange = new Exchange(tree.files(), usage, this::rules);
        this.counter = new Counter(tree, config, this::rules, usage, exchange, readOnly);
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event, Duties duties) {
        if (isOn()) {
            duties.startInOwnThread("quota-exchange", SECOND, SECOND, this::exchange);
            duties.startInOwnThread("quota-count", COUNT_PAUSE, COUNT_PAUSE, counter::runIfDue);
        }
    }

    /** Tells other instances what they do not know yet; waits no longer than the server has time for it. */
    void stop(@Observes @BeforeDestroyed(ApplicationScoped.class) Object event) throws InterruptedException {
        if (isOn()) {
            Thread.ofPlatform()
                    .name("quota-last-exchange")
                    .daemon()
                    .start(exchange::tell)
                    .join(LAST_EXCHANGE);
        }
    }

    /** None if there is no rule file. */
    private Rules rules() {
        return file.map(LiveFile::get).orElse(Rules.NONE);
    }

    /** Whether there is a rule file. */
    public boolean isOn() {
        return file.isPresent();
    }

    /**
     * Takes up changes of the rule file, and of other instances.
     *
     * @throws RegistryException the first failure of the share, after all that works
     */
    void exchange() {
        file.ifPresent(LiveFile::reloadIfChanged);
        exchange.run().ifPresent(failure -> {
            throw failure; // for the record of duties
        });
    }

    /**
     * Counts now, in the caller's thread, for as long as it takes.
     *
     * @param stop asked every now and then; if true, the count ends soon
     * @return why it did not; then it is done soon, on this or another instance. Empty if there are no quotas. Never
     *     throws for a failure of the storage
     */
    public Optional<String> count(BooleanSupplier stop) {
        return isOn() ? counter.count(stop) : Optional.empty();
    }

    /** Whether a quota is about this repository. */
    public boolean limit(RepositoryName name) {
        return !accounts(name).isEmpty();
    }

    /**
     * Refuses an upload that surely has no room.
     *
     * @param size bytes that it has, or will have at least
     * @throws RegistryException {@code DENIED}
     */
    public void requireRoom(RepositoryName name, long size) {
        requireRoom(name, "", size, () -> false);
    }

    /**
     * The same for a blob whose digest is known: it needs no room where it counts already.
     *
     * @param isThere whether the repository has it; asked only if there is no room
     * @throws RegistryException {@code DENIED}
     */
    public void requireRoom(RepositoryName name, Digest blob, long size, BooleanSupplier isThere) {
        requireRoom(name, blob.hex(), size, isThere);
    }

    private void requireRoom(RepositoryName name, String blob, long size, BooleanSupplier isThere) {
        List<Account> accounts = accounts(name);
        if (accounts.isEmpty()) {
            return;
        }
        repositories.requireRoom(name, accounts);
        long least = Math.max(1, size);
        Optional<Usage.Excess> excess =
                usage.excess(demands(Kind.BYTES, accounts, account -> new Demand(account, least, blob)));
        if (excess.isPresent() && !isThere.getAsBoolean()) {
            throw refusal(excess.get());
        }
    }

    /**
     * Reserves room for a blob.
     *
     * @param isThere whether the repository has it; asked only if there is no room
     * @throws RegistryException {@code DENIED}
     */
    public Admission admit(RepositoryName name, Digest blob, long size, BooleanSupplier isThere) {
        return admit(name, blob, size, accounts(name), isThere, Set.of(), tag -> true);
    }

    /**
     * The same for a blob that another repository has: it needs no bytes where both have the same account.
     *
     * @throws RegistryException {@code DENIED}
     */
    public Admission admitMount(
            RepositoryName name, RepositoryName from, Digest blob, long size, BooleanSupplier isThere) {
        Set<Long> counted = accounts(from).stream().map(Account::key).collect(Collectors.toSet());
        List<Account> accounts = accounts(name).stream()
                .filter(account -> account.kind() != Kind.BYTES || !counted.contains(account.key()))
                .toList();
        return admit(name, blob, size, accounts, isThere, Set.of(), tag -> true);
    }

    /**
     * Reserves room for a manifest and its tags.
     *
     * @param isThere whether the repository has it; asked only if there is no room
     * @param isTag whether there is such a tag; asked only if there is no room
     * @throws RegistryException {@code DENIED}
     */
    public Admission admitManifest(
            RepositoryName name,
            Digest manifest,
            long size,
            Set<Tag> tags,
            BooleanSupplier isThere,
            Predicate<Tag> isTag) {
        return admit(name, manifest, size, accounts(name), isThere, tags, isTag);
    }

    private Admission admit(
            RepositoryName name,
            Digest blob,
            long size,
            List<Account> accounts,
            BooleanSupplier isThere,
            Set<Tag> tags,
            Predicate<Tag> isTag) {
        if (accounts.isEmpty()) {
            return new Admission(usage, List.of(), accounts, blob, size);
        }
        List<Demand> demands = demands(accounts, blob, size, tags.size());
        if (usage.reserve(demands).isPresent()) {
            long newBytes = isThere.getAsBoolean() ? 0 : size;
            long newTags = tags.stream().filter(isTag.negate()).count();
            demands = demands(accounts, blob, newBytes, newTags);
            usage.reserve(demands).ifPresent(excess -> {
                throw refusal(excess);
            });
        }
        admitRepository(name, accounts, demands);
        return new Admission(usage, demands, accounts, blob, size);
    }

    /** Last of all, so that what is refused for another reason does not count as a repository. */
    private void admitRepository(RepositoryName name, List<Account> accounts, List<Demand> reserved) {
        try {
            repositories.admit(name, accounts);
        } catch (RuntimeException e) {
            usage.end(reserved, () -> {});
            throw e;
        }
    }

    private static List<Demand> demands(List<Account> accounts, Digest blob, long bytes, long tags) {
        List<Demand> demands = new ArrayList<>();
        demands.addAll(demands(Kind.BYTES, accounts, account -> new Demand(account, bytes, blob.hex())));
        demands.addAll(demands(Kind.TAGS, accounts, account -> new Demand(account, tags)));
        return demands;
    }

    private static List<Demand> demands(Kind kind, List<Account> accounts, Function<Account, Demand> demand) {
        return accounts.stream()
                .filter(account -> account.kind() == kind)
                .map(demand)
                .filter(needed -> needed.amount() > 0)
                .toList();
    }

    /** A tag was deleted. */
    public void untagged(RepositoryName name, Tag tag) {
        for (Account account : accounts(name)) {
            if (account.kind() == Kind.TAGS) {
                usage.removeTag(account.key(), Admission.name(name, tag));
            }
        }
    }

    private List<Account> accounts(RepositoryName name) {
        return isOn() ? rules().accounts(name) : List.of();
    }

    private RegistryException refusal(Usage.Excess excess) {
        refusals.incrementAndGet();
        counter.want();
        Account account = excess.demand().account();
        Rule rule = account.rule();
        Kind kind = rule.kind();
        long asked = excess.demand().amount();
        String more =
                asked == 1 && kind == Kind.BYTES ? "" : ", and this push needs " + Amounts.words(kind, asked) + " more";
        String message = "quota exceeded: " + account.name() + " may have " + Amounts.words(kind, rule.limit())
                + " and has " + Amounts.words(kind, excess.used()) + more;
        return RegistryException.quotaExceeded(
                message,
                new QuotaExcess(
                        rule.text(),
                        account.name(),
                        kind.toString(),
                        rule.limit(),
                        excess.used(),
                        asked,
                        rule.each().isEmpty() ? usage.count().by(rule) : List.of()));
    }

    /** How many pushes were refused since the start. */
    public long refusals() {
        return refusals.get();
    }

    /** Whether what is in the rule file is in force: it has no mistake, and all was counted for it. */
    public boolean isInForce() {
        return file.map(LiveFile::isCurrent).orElse(true)
                && usage.missing(rules()).isEmpty();
    }

    /** The quotas, each by its text without the amount, in the order of the file. */
    public List<String> labels() {
        return rules().labels();
    }

    /** What is used of a quota; of one for each, by the one that uses most of it. NaN if it is not known. */
    public double used(String label) {
        return rules().labelled(label)
                .filter(usage.count()::covers)
                .map(rule -> (double) used(rule))
                .orElse(Double.NaN);
    }

    private long used(Rule rule) {
        return rule.each().isEmpty()
                ? usage.used(rule.id())
                : usage.count().by(rule).stream()
                        .mapToLong(user -> usage.used(rule.key(user.repository())))
                        .max()
                        .orElse(0);
    }

    /**
     * How much of a quota is used, in words.
     *
     * @param label its statement without the amount
     * @param part what is used of the limit, from 0 on; empty if it was not counted yet
     * @param most the repositories or namespaces that use most, with their amounts
     */
    public record Use(String label, String limit, String used, OptionalDouble part, Map<String, String> most) {}

    /** All quotas, in the order of the file. */
    public List<Use> uses() {
        return rules().all().stream().map(this::use).toList();
    }

    private Use use(Rule rule) {
        String limit = Amounts.words(rule.kind(), rule.limit());
        if (!usage.count().covers(rule)) {
            return new Use(rule.label(), limit, "", OptionalDouble.empty(), Map.of());
        }
        long used = used(rule);
        Map<String, String> most = new LinkedHashMap<>();
        usage.count().by(rule).forEach(user -> most.put(user.repository(), Amounts.words(rule.kind(), user.used())));
        double part = rule.limit() == 0 ? used == 0 ? 0 : 1 : (double) used / rule.limit();
        return new Use(rule.label(), limit, Amounts.words(rule.kind(), used), OptionalDouble.of(part), most);
    }

    /** The amount of a quota; NaN if there is no such quota any more. */
    public double limit(String label) {
        return rules().labelled(label).map(rule -> (double) rule.limit()).orElse(Double.NaN);
    }
}
