package org.fedoraproject.registry.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fedoraproject.registry.oci.Digest;
import org.fedoraproject.registry.oci.RepositoryName;
import org.fedoraproject.registry.oci.Tag;
import org.fedoraproject.registry.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Rule files as tired administrators may write them. */
class FuzzTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void rules() {
        Fuzzing.feed("rules", 10, Fuzzing.fuzzer("rules"), text -> {
            Rules rules;
            try {
                rules = RuleReader.read(text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
                return false;
            }
            List<Rule> applying = rules.of(RepositoryName.parse("candidate/app/with-a.rather/long_name"));
            List<Decision> decisions = new ArrayList<>();
            Evaluation evaluation = new Evaluation(applying, NOW, tag -> false, decisions::add);
            for (String tag : List.of("latest", "v1", "v2", "pr-7")) {
                evaluation.add(new Candidate(Tag.parse(tag), Digest.of(new byte[0]), Instant.EPOCH));
            }
            evaluation.finish();
            assertThat(decisions).hasSize(4);
            return true;
        });
    }
}
