package org.fedoraproject.registry.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fedoraproject.registry.oci.RepositoryName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleReaderTest {
    private static final String STATEMENT = "quota REPOSITORIES bytes SIZE, quota REPOSITORIES tags NUMBER, or quota"
            + " REPOSITORIES repositories NUMBER, and each or each NAMESPACE after it";
    private static final String SIZE =
            " (500GB is 500000000000 bytes, 500GiB is 536870912000; a whole number, with kB, MB,"
                    + " GB, TB, PB, KiB, MiB, GiB, TiB, PiB or nothing after it)";

    @Test
    void readsEachStatement() {
        Rules rules = RuleReader.read("""
                # a comment
                quota fedora/**   bytes 500GB
                quota fedora/**\t tags 10000   # of all

                quota users/**    repositories 100 each users/*
                quota ** bytes 20GiB each\r
                """);

        assertThat(rules.all())
                .extracting(Rule::toString)
                .containsExactly(
                        "line 2: quota fedora/** bytes 500GB",
                        "line 3: quota fedora/** tags 10000",
                        "line 5: quota users/** repositories 100 each users/*",
                        "line 6: quota ** bytes 20GiB each");
        assertThat(rules.all())
                .extracting(Rule::limit)
                .containsExactly(500_000_000_000L, 10_000L, 100L, 20L * 1024 * 1024 * 1024);
        assertThat(rules.labels())
                .containsExactly(
                        "fedora/** bytes", "fedora/** tags", "users/** repositories each users/*", "** bytes each");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            limit ** bytes 1               | a line begins with quota, not with limit
            Quota ** bytes 1               | a line begins with quota, not with Quota
            quota                          | STATEMENT
            quota ** bytes                 | STATEMENT
            quota ** bytes 1 GB            | STATEMENT
            quota ** bytes 1 every         | STATEMENT
            quota ** bytes 1 each a b      | STATEMENT
            quota ** blobs 1               | not bytes, tags or repositories: blobs
            quota ** bytes ten             | not a size: tenSIZE
            quota ** bytes -1              | not a size: -1SIZE
            quota ** bytes 1.5GB           | not a size: 1.5GBSIZE
            quota ** bytes 1KB             | not a size: 1KBSIZE
            quota ** bytes 1G              | not a size: 1GSIZE
            quota ** bytes 1kiB            | not a size: 1kiBSIZE
            quota ** bytes 999999999PB     | not a size: 999999999PBSIZE
            quota ** tags 5k               | not a number of tags: 5k
            quota ** repositories 1e3      | not a number of repositories: 1e3
            quota ** tags 9999999999999999999 | not a number of tags: 9999999999999999999
            quota /a bytes 1               | not a pattern of repositories: /a
            quota A/* bytes 1              | not a pattern of repositories: A/*
            quota ** repositories 1 each   | each needs a NAMESPACE here, such as each users/*
            quota ** bytes 1 each a/**     | a NAMESPACE has no **: a/**
            quota ** bytes 1 each A        | not a pattern of repositories: A
            quota x/** tags 6              | limits the same as line 1
            """)
    void refusesOthersByTheLine(String line, String error) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleReader.read("quota x/** tags 5\n\n" + line + "\nquota y/** tags 5\n"))
                .withMessage("line 3: " + (error.equals("STATEMENT") ? STATEMENT : error.replace("SIZE", SIZE)));
    }

    @Test
    void refusesAFileWithoutAQuota() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleReader.read("\n# nothing\n"))
                .withMessage("there is no quota");
    }

    @Test
    void refusesMoreQuotasThanAPushCanAsk() {
        String many = IntStream.rangeClosed(1, 10_001)
                .mapToObj(i -> "quota r" + i + " bytes 1\n")
                .collect(Collectors.joining());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleReader.read(many))
                .withMessage("line 10001: more than 10000 quotas");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            quota fedora/** tags 1                 | fedora/app       | fedora/**
            quota fedora/** tags 1                 | fedora           |
            quota fedora/** tags 1                 | fedoras/app      |
            quota fedora/* tags 1                  | fedora/a/b       |
            quota ** tags 1                        | a                | **
            quota users/** tags 1 each             | users/a/b        | users/a/b
            quota users/** tags 1 each users/*     | users/a/b        | users/a
            quota users/** tags 1 each users/*     | users/a          | users/a
            quota ** tags 1 each *                 | a/b/c            | a
            quota ** tags 1 each *                 | a                | a
            quota ** tags 1 each users/*           | users            |
            quota ** tags 1 each users/*           | groups/a/b       |
            """)
    void repositoriesHaveAccounts(String rule, String repository, String account) {
        assertThat(RuleReader.read(rule).accounts(RepositoryName.parse(repository)))
                .extracting(Account::name)
                .isEqualTo(account == null ? List.of() : List.of(account));
    }

    @Test
    void anotherAmountIsTheSameAccount() {
        Rule before = RuleReader.read("quota ** bytes 5MB each").all().getFirst();
        Rule after = RuleReader.read("\nquota ** bytes 6MB each").all().getFirst();

        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.key("a")).isEqualTo(before.key("a")).isNotEqualTo(before.key("b"));
    }

    @ParameterizedTest
    @CsvSource({"0,0 bytes", "999,999 bytes", "1000,1 kB", "1549,1.5 kB", "500000000000,500 GB", "2000000000000000,2 PB"
    })
    void sizesAreWrittenForPeople(long size, String words) {
        assertThat(Amounts.words(Kind.BYTES, size)).isEqualTo(words);
    }
}
