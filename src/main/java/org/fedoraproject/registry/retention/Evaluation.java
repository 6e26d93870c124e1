package org.fedoraproject.registry.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.fedoraproject.registry.oci.Tag;

/**
 * What the rules mean for the tags of one repository. The tags come in any order, and each is decided as soon as no
 * later tag can change the decision; only the newest ones, as many as the rules keep, wait on the heap.
 *
 * <ul>
 *   <li>A tag is deleted if a rule deletes it, no rule keeps it, and it is not immutable. So any rule that keeps wins
 *       over any rule that deletes; neither the order of the lines nor how specific a pattern is matters.
 *   <li>A tag that no rule is about stays.
 *   <li>A tag's age counts from the creation of its content, not from the push. A rule with an age is about tags whose
 *       age is more than it (older) or less (younger); at the very age, neither applies.
 *   <li>{@code newest N} counts the tags of each repository that match its pattern, also those that another rule keeps
 *       or that are immutable. Two tags of one manifest are two tags. Of tags with the same time, the later ones in
 *       ASCII order count as newer.
 *   <li>A tag without a time is not counted, and stays. The caller does not offer it.
 * </ul>
 */
final class Evaluation {
    private static final Comparator<Waiting> OLDEST_FIRST = Comparator.comparing(
                    (Waiting waiting) -> waiting.candidate.created())
            .thenComparing(waiting -> waiting.candidate.tag());

    private final List<Rule> rules;
    private final Instant now;
    private final Predicate<Tag> isImmutable;
    private final Consumer<Decision> decisions;
    private final Map<Rule, PriorityQueue<Waiting>> newest = new LinkedHashMap<>();

    /** A tag, and the rules of which it is among the newest so far. */
    private record Waiting(Candidate candidate, List<Rule> newestOf) {}

    /**
     * @param rules about the repository, in the order of the file
     * @param decisions is told of each decision, in no order
     */
    Evaluation(List<Rule> rules, Instant now, Predicate<Tag> isImmutable, Consumer<Decision> decisions) {
        this.rules = rules;
        this.now = now;
        this.isImmutable = isImmutable;
        this.decisions = decisions;
        for (Rule rule : rules) {
            if (rule.effect() instanceof Rule.Effect.KeepNewest) {
                newest.put(rule, new PriorityQueue<>(OLDEST_FIRST));
            }
        }
    }

    /** Whether the time of this tag can matter. If not, it stays, and need not be added. */
    boolean isAbout(Tag tag) {
        return mayDelete(tag) || newest.keySet().stream().anyMatch(rule -> rule.isAbout(tag));
    }

    /** Whether a rule deletes the tag at some age, and none keeps it at all ages. */
    boolean mayDelete(Tag tag) {
        boolean deletable = false;
        for (Rule rule : rules) {
            if (rule.isAbout(tag)) {
                if (rule.effect() instanceof Rule.Effect.KeepAlways) {
                    return false;
                }
                deletable |= rule.deletes();
            }
        }
        return deletable;
    }

    /** Adds a tag, and may decide about this and others. */
    void add(Candidate candidate) {
        Waiting added = new Waiting(candidate, new ArrayList<>());
        Set<Waiting> changed = identitySet();
        changed.add(added);
        newest.forEach((rule, kept) -> {
            if (rule.isAbout(candidate.tag())) {
                added.newestOf.add(rule);
                kept.add(added);
                if (kept.size() > ((Rule.Effect.KeepNewest) rule.effect()).count()) {
                    Waiting oldest = kept.remove();
                    oldest.newestOf.remove(rule);
                    changed.add(oldest);
                }
            }
        });
        changed.stream().filter(waiting -> waiting.newestOf.isEmpty()).forEach(this::decide);
    }

    /** Decides about the rest. */
    void finish() {
        Set<Waiting> rest = identitySet();
        newest.values().forEach(rest::addAll);
        newest.clear();
        rest.forEach(this::decide);
    }

    private static Set<Waiting> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private void decide(Waiting waiting) {
        Candidate candidate = waiting.candidate;
        Optional<Rule> deletedBy = first(rule -> rule.deletes() && applies(rule, waiting));
        Optional<Rule> keptBy = first(rule -> !rule.deletes() && applies(rule, waiting));
        decisions.accept(new Decision(candidate, deletedBy, keptBy, isImmutable.test(candidate.tag())));
    }

    private Optional<Rule> first(Predicate<Rule> which) {
        return rules.stream().filter(which).findFirst();
    }

    private boolean applies(Rule rule, Waiting waiting) {
        if (!rule.isAbout(waiting.candidate.tag())) {
            return false;
        }
        Duration age = Duration.between(waiting.candidate.created(), now);
        return switch (rule.effect()) {
            case Rule.Effect.KeepAlways always -> true;
            case Rule.Effect.KeepNewest newest -> waiting.newestOf.contains(rule);
            case Rule.Effect.KeepYounger younger -> age.compareTo(younger.age()) < 0;
            case Rule.Effect.DeleteOlder older -> age.compareTo(older.age()) > 0;
        };
    }
}
