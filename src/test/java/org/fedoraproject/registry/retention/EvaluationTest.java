package org.fedoraproject.registry.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Digest DIGEST = Digest.of(new byte[0]);

    /** Tags with their age in days, and those that go; {@code fixed*} is immutable. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            delete ** * older-than P30D                              | a=31 b=30 c=29       | a
            delete ** a* older-than P30D                             | a=31 ab=40 b=50      | a ab
            delete ** a older-than P30D                              | a=31 ab=40           | a
            delete ** * older-than P30D; delete ** x older-than P1D  | a=20 x=2 y=31        | x y
            delete ** * older-than P1D; keep ** * always             | a=31                 | -
            keep ** v* always; delete ** * older-than P1D            | v1=31 w=31           | w
            keep ** * younger-than P60D; delete ** * older-than P1D  | a=31 b=60 c=61       | b c
            keep ** * younger-than P1D; delete ** * older-than P30D  | a=31 b=2             | a
            delete ** * older-than P1D; keep ** * newest 2           | a=5 b=4 c=3 d=0      | a b
            delete ** * older-than P1D; keep ** * newest 9           | a=5 b=4              | -
            delete ** * older-than P1D; keep ** v* newest 1          | v1=9 v2=8 w1=2 w2=3  | v1 w1 w2
            delete ** * older-than P4D; keep ** * newest 1           | a=5 b=4 c=3          | a
            delete ** * older-than P1D; keep ** * newest 1; keep ** a* newest 2 | a1=9 a2=8 a3=7 b=2 | a1
            delete ** * older-than P1D; keep ** * newest 1; keep ** * newest 2  | a=9 b=8 c=7 | a
            delete ** * older-than P1D; keep ** b always; keep ** * newest 1    | a=9 b=2    | a
            delete ** * older-than P1D                               | fixed=9 fixed2=8 a=9 | a
            delete ** * older-than P1D; keep ** * newest 1           | fixed=2 a=9          | a
            delete ** a older-than P1D; keep ** * newest 1           | a=9 b=2              | a
            delete ** * older-than P1D; keep ** * newest 1           | a=5 b=5 c=5          | a b
            delete ** * older-than P1D                               | a=-5                 | -
            keep ** * newest 1                                       | a=5 b=4              | -
            """)
    void deletes(String rules, String tags, String gone) {
        Set<String> expected = gone == null ? Set.of() : Set.of(gone.split(" "));
        List<Candidate> candidates =
                Arrays.stream(tags.split(" ")).map(EvaluationTest::candidate).collect(Collectors.toList());

        assertThat(deleted(read(rules), candidates)).containsExactlyInAnyOrderElementsOf(expected);
        Collections.reverse(candidates);
        assertThat(deleted(read(rules), candidates)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void tellsTheRulesThatDecided() {
        Map<String, Decision> decisions = decisions(
                read("keep ** x always; keep ** * newest 1; keep ** b younger-than P9D; delete ** * older-than P1D"),
                List.of(
                        candidate("a=3"),
                        candidate("b=2"),
                        candidate("c=3"),
                        candidate("fixed=4"),
                        candidate("new=1")));

        assertThat(decisions).hasSize(5);
        assertThat(decisions.get("a").outcome()).isEqualTo(Decision.Outcome.DELETE);
        assertThat(decisions.get("a").deletedBy()).map(Rule::line).contains(4);
        assertThat(decisions.get("b").outcome()).isEqualTo(Decision.Outcome.KEEP);
        assertThat(decisions.get("b").keptBy()).map(Rule::line).contains(3);
        assertThat(decisions.get("fixed").outcome()).isEqualTo(Decision.Outcome.IMMUTABLE);
        assertThat(decisions.get("new").outcome()).isEqualTo(Decision.Outcome.STAY);
        assertThat(decisions.get("new").keptBy()).map(Rule::line).contains(2);
    }

    @Test
    void needsOnlyTheTimesThatMatter() {
        Evaluation evaluation = evaluation(
                read("delete ** a* older-than P1D; keep ** ab always; keep ** b* newest 1"), new ArrayList<>());

        assertThat(evaluation.isAbout(Tag.parse("a"))).isTrue();
        assertThat(evaluation.isAbout(Tag.parse("ab"))).isFalse();
        assertThat(evaluation.isAbout(Tag.parse("b"))).isTrue();
        assertThat(evaluation.mayDelete(Tag.parse("b"))).isFalse();
        assertThat(evaluation.isAbout(Tag.parse("c"))).isFalse();
    }

    /** So that memory does not grow with the number of tags. */
    @Test
    void decidesAsSoonAsNoLaterTagCanChangeIt() {
        List<Decision> decisions = new ArrayList<>();
        Evaluation evaluation = evaluation(read("delete ** * older-than P1D; keep ** * newest 10"), decisions);
        List<Integer> ages = IntStream.range(2, 1002).boxed().collect(Collectors.toList());
        Collections.shuffle(ages, new Random(1));
        for (int i = 0; i < ages.size(); i++) {
            evaluation.add(candidate("t" + i + "=" + ages.get(i)));
            assertThat(decisions).hasSize(Math.max(0, i - 9));
        }
        evaluation.finish();

        assertThat(decisions).hasSize(1000);
        assertThat(decisions.stream()
                        .filter(decision -> decision.outcome() == Decision.Outcome.KEEP)
                        .map(decision -> Duration.between(decision.candidate().created(), NOW)
                                .toDays()))
                .containsExactlyInAnyOrder(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    }

    private static Rules read(String rules) {
        return RuleReader.read(rules.replace(";", "\n"));
    }

    private static Evaluation evaluation(Rules rules, List<Decision> decisions) {
        return new Evaluation(rules.all(), NOW, tag -> tag.value().startsWith("fixed"), decisions::add);
    }

    private static Map<String, Decision> decisions(Rules rules, List<Candidate> candidates) {
        List<Decision> decisions = new ArrayList<>();
        Evaluation evaluation = evaluation(rules, decisions);
        candidates.forEach(evaluation::add);
        evaluation.finish();
        Map<String, Decision> byTag = new HashMap<>();
        decisions.forEach(
                decision -> assertThat(byTag.put(decision.candidate().tag().value(), decision))
                        .as("an earlier decision about the same tag")
                        .isNull());
        return byTag;
    }

    private static Set<String> deleted(Rules rules, List<Candidate> candidates) {
        Set<String> deleted = new TreeSet<>();
        decisions(rules, candidates).forEach((tag, decision) -> {
            if (decision.outcome() == Decision.Outcome.DELETE) {
                deleted.add(tag);
            }
        });
        return deleted;
    }

    private static Candidate candidate(String text) {
        String[] parts = text.split("=", 2);
        return new Candidate(Tag.parse(parts[0]), DIGEST, NOW.minus(Duration.ofDays(Long.parseLong(parts[1]))));
    }
}
