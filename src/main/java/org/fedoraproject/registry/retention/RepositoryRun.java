package org.fedoraproject.registry.retention;

import java.util.List;
import java.util.Optional;
import org.fedoraproject.registry.events.Origin;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Page;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;

/** The part of a run that is about one repository. */
final class RepositoryRun {
    /** How many tags are on the heap at once. */
    private static final int BATCH = 20_000;

    /** After so many failures one after the other, the rest of the repository is left alone. */
    private static final int MAX_FAILURES = 5;

    /** For the events. */
    private static final Origin ACTOR = Origin.job("retention");

    private final RetentionRun run;
    private final RepositoryName name;
    private final Evaluation evaluation;
    private int failures;

    RepositoryRun(RetentionRun run, RepositoryName name, List<Rule> rules) {
        this.run = run;
        this.name = name;
        this.evaluation = new Evaluation(rules, run.begin(), tag -> run.isImmutable(name, tag), this::decided);
    }

    /**
     * Judges each tag, and deletes those that the rules delete.
     *
     * @throws RetentionRun.StoppedException if the run shall stop
     * @throws RegistryException if the share failed
     */
    void run() {
        Optional<Page> page = Optional.of(new Page(BATCH, ""));
        while (page.isPresent()) {
            page = judgePage(page.get());
        }
        evaluation.finish();
    }

    /** Returns the next page; empty if there is none, or the rest shall be left alone. */
    private Optional<Page> judgePage(Page page) {
        Page.Entries<Tag> tags = list(page);
        for (Tag tag : tags.entries()) {
            run.counters().tags++;
            run.tell(name);
            if (evaluation.isAbout(tag)) {
                judge(tag);
            }
            if (failures == MAX_FAILURES) {
                run.log().stays("stays " + name + ": the rest of its tags, after " + failures + " failures in a row");
                return Optional.empty();
            }
        }
        return tags.more()
                ? Optional.of(new Page(BATCH, tags.entries().getLast().value()))
                : Optional.empty();
    }

    private Page.Entries<Tag> list(Page page) {
        try {
            run.awaitTurn();
            return run.tree().tags().list(name, page, tag -> {});
        } catch (RegistryException e) {
            failed(name.toString(), e);
            return new Page.Entries<>(List.of(), false);
        }
    }

    private void judge(Tag tag) {
        try {
            run.awaitTurn();
            Optional<Digest> digest = run.tree().tags().get(name, tag);
            if (digest.isEmpty()) {
                stays(tag, "it has no readable link");
                return;
            }
            var created = run.tree().times().of(name, digest.get(), run::awaitTurn);
            failures = 0;
            evaluation.add(new Candidate(tag, digest.get(), created));
        } catch (CreationTimes.UnknownTimeException e) {
            stays(tag, e.getMessage());
        } catch (RegistryException e) {
            failed(name + ":" + tag, e);
        }
    }

    /** Reports a tag that has no time, if it matters. */
    private void stays(Tag tag, String why) {
        failures = 0;
        if (evaluation.mayDelete(tag)) {
            run.counters().unknown++;
            run.log().stays("stays " + name + ":" + tag + ": " + why);
        }
    }

    private void decided(Decision decision) {
        switch (decision.outcome()) {
            case DELETE -> delete(decision);
            case KEEP -> {
                run.counters().kept++;
                run.log()
                        .stays("kept " + describe(decision.candidate()) + ", line "
                                + decision.keptBy().orElseThrow().line() + " over " + lineOfDelete(decision));
            }
            case IMMUTABLE -> {
                run.counters().immutable++;
                run.log()
                        .stays("immutable " + describe(decision.candidate()) + ", despite line "
                                + lineOfDelete(decision));
            }
            case STAY -> {
                // nothing to report
            }
        }
    }

    private void delete(Decision decision) {
        Candidate candidate = decision.candidate();
        String what = describe(candidate);
        if (run.isDry()) {
            run.counters().deleted++;
            run.log().deleted("would delete " + what + ", line " + lineOfDelete(decision));
            return;
        }
        run.awaitTurn();
        try {
            if (run.tree().manifests().delete(name, candidate.tag(), candidate.digest(), ACTOR)) {
                run.counters().deleted++;
                run.log().deleted("deleted " + what + ", line " + lineOfDelete(decision));
                run.audit(name, candidate, lineOfDelete(decision));
            } else {
                run.counters().moved++;
                run.log().stays("moved " + what + ": it names another manifest now, or was deleted");
            }
            failures = 0;
        } catch (RegistryException e) {
            failed(name + ":" + candidate.tag(), e);
        }
    }

    /** @throws RegistryException if the share failed, and not this file alone */
    private void failed(String what, RegistryException failure) {
        run.counters().failed++;
        failures++;
        run.log().stays("failed " + what + ": " + RetentionRun.reason(failure));
        run.requireShare();
    }

    private String describe(Candidate candidate) {
        return name + ":" + candidate.tag() + " " + candidate.digest() + " created " + candidate.created();
    }

    private static int lineOfDelete(Decision decision) {
        return decision.deletedBy().orElseThrow().line();
    }
}
