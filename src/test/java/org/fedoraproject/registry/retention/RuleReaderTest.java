package org.fedoraproject.registry.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleReaderTest {
    private static final String KEEP = "keep REPOSITORIES TAGS newest NUMBER,"
            + " keep REPOSITORIES TAGS younger-than DURATION, or keep REPOSITORIES TAGS always";
    private static final String DURATION = " (P30D is 30 days, PT12H is 12 hours; there are no months and years;"
            + " above zero, and at most P36500D)";

    @Test
    void readsEachStatement() {
        Rules rules = RuleReader.read("""
                # a comment
                keep fedora/*  v*   newest 5
                keep **\t latest always   # for ever

                keep **        *    younger-than PT12H
                delete **      pr-* older-than P90D\r
                """);

        assertThat(rules.all())
                .extracting(Rule::toString)
                .containsExactly(
                        "line 2: keep fedora/* v* newest 5",
                        "line 3: keep ** latest always",
                        "line 5: keep ** * younger-than PT12H",
                        "line 6: delete ** pr-* older-than P90D");
        assertThat(rules.all())
                .extracting(Rule::effect)
                .containsExactly(
                        new Rule.Effect.KeepNewest(5),
                        new Rule.Effect.KeepAlways(),
                        new Rule.Effect.KeepYounger(Duration.ofHours(12)),
                        new Rule.Effect.DeleteOlder(Duration.ofDays(90)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            drop ** * older-than P1D        | a line begins with keep or delete, not with drop
            Keep ** * always                | a line begins with keep or delete, not with Keep
            keep                            | KEEP
            keep ** *                       | KEEP
            keep ** * forever               | KEEP
            keep ** * always 5              | KEEP
            keep ** * newest                | KEEP
            keep ** * newest 5 tags         | KEEP
            keep ** * younger-than          | KEEP
            keep ** * older-than P1D        | KEEP
            keep ** a b newest 5            | KEEP
            delete                          | delete REPOSITORIES TAGS older-than DURATION
            delete ** *                     | delete REPOSITORIES TAGS older-than DURATION
            delete ** * younger-than P1D    | delete REPOSITORIES TAGS older-than DURATION
            delete ** * older-than P1D P2D  | delete REPOSITORIES TAGS older-than DURATION
            keep ** * newest 0              | not a number of tags from 1 to 10000: 0
            keep ** * newest -1             | not a number of tags from 1 to 10000: -1
            keep ** * newest five           | not a number of tags from 1 to 10000: five
            keep ** * newest 10001          | not a number of tags from 1 to 10000: 10001
            keep ** * newest 99999999999    | not a number of tags from 1 to 10000: 99999999999
            delete ** * older-than 30       | not a duration: 30DURATION
            delete ** * older-than P1M      | not a duration: P1MDURATION
            delete ** * older-than P1W      | not a duration: P1WDURATION
            delete ** * older-than PT0S     | not a duration: PT0SDURATION
            delete ** * older-than P-1D     | not a duration: P-1DDURATION
            delete ** * older-than P36501D  | not a duration: P36501DDURATION
            keep ** * younger-than P9999999999999999D | not a duration: P9999999999999999DDURATION
            delete /a * older-than P1D      | not a pattern of repositories: /a
            delete A/* * older-than P1D     | not a pattern of repositories: A/*
            delete ** a/b older-than P1D    | not a pattern of tags: a/b
            delete ** *** older-than P1D    | not a pattern of tags: ***
            """)
    void refusesOthersByTheLine(String line, String error) {
        String message = error.equals("KEEP") ? KEEP : error.replace("DURATION", DURATION);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleReader.read("keep ** * always\n\n" + line + "\nkeep ** * always\n"))
                .withMessage("line 3: " + (line.startsWith("delete") && error.startsWith("delete") ? error : message));
    }

    @Test
    void refusesAFileWithoutARule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleReader.read("\n# nothing\n"))
                .withMessage("there is no rule");
    }

    @Test
    void aRepositoryWhereNothingIsDeletedHasNoRules() {
        Rules rules = RuleReader.read("keep ** * newest 5\ndelete a/* * older-than P1D");

        assertThat(rules.of(RepositoryName.parse("b"))).isEmpty();
        assertThat(rules.of(RepositoryName.parse("a/b"))).hasSize(2);
    }
}
