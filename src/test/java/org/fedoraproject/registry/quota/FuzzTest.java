package org.fedoraproject.registry.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Rule files as tired administrators may write them. */
class FuzzTest {
    @Test
    void quotas() {
        Fuzzing.feed("quotas", 10, Fuzzing.fuzzer("quotas"), text -> {
            Rules rules;
            try {
                rules = RuleReader.read(text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
                return false;
            }
            assertThat(rules.all()).allMatch(rule -> rule.limit() >= 0);
            assertThat(rules.accounts(RepositoryName.parse("candidate/app/with-a.rather/long_name")))
                    .allMatch(account -> !account.name().isEmpty());
            return true;
        });
    }
}
